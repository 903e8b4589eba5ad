import type { Severity } from './escalation-types.ts';

/** An entry of an incident's log as the KPIs read it: positions count from 1, without gaps. */
export interface KpiEntry {
  position: number;
  kind: string;
  /** Milliseconds since the epoch. */
  at: number;
  data: Record<string, unknown>;
}

/**
 * What became of a page, which is one person summoned once: for one escalation, in one round, by one layer. The last that
 * happened to it stands, except that nothing takes an acceptance back.
 */
export type PageOutcome =
  /** Still waiting. */
  | 'open'
  | 'accepted'
  /** Answered with "the next one, please". */
  | 'escalated'
  /** Answered by resolving the incident. */
  | 'resolved'
  | 'rejected'
  /** The layer's time ran out. */
  | 'unanswered'
  /** Ended before its time by what somebody else did: an acceptance, an escalation, a reassignment, a snooze, the close. */
  | 'overtaken'
  /** Every contact method refused, or there was none. */
  | 'unreachable';

export const ANSWERED: readonly PageOutcome[] = ['accepted', 'escalated', 'resolved'];

/** How many pages of a layer had an outcome; `channel` is the answer's, empty where there was none. */
export interface PageCount {
  layer: number;
  outcome: PageOutcome;
  channel: string;
  n: number;
}

/** A person's newest page in an escalation: the one that an answer is for. */
export interface NewestPage {
  escalation: string;
  person: string;
  round: number;
  layer: number;
  outcome: PageOutcome;
  channel: string;
}

/** What went out for pages in a layer on one channel through one provider. Instants are null while it has not happened. */
export interface Deliveries {
  layer: number;
  channel: string;
  provider: string;
  /** Notifications of which the provider said that it took them, that they reached the device, and that they failed. */
  taken: number;
  delivered: number;
  failed: number;
  firstTakenAt: number | null;
  firstDeliveredAt: number | null;
}

/** A person was sent a page in a quarter of an hour of UTC, counted from the epoch: every zone's midnight is the start of one. */
export interface Interruption {
  person: string;
  quarter: number;
}

/** An incident in numbers: all that the KPIs need of its log up to position `head`. Plain JSON. */
export interface IncidentKpis {
  head: number;
  openedAt: number;
  drill: boolean;
  /** The worst so far. */
  severity: Severity;
  team: string;
  /** Empty: not known. */
  asset: string;
  /** Instants; null: it has not happened, or its stage does not exist for this incident. */
  acknowledgedAt: number | null;
  respondedAt: number | null;
  containedAt: number | null;
  resolvedAt: number | null;
  /** Where the acknowledgement came from; the channel is `console` for one from outside a page. */
  acknowledgedLayer: number | null;
  acknowledgedChannel: string;
  /** Which layer number is the catch-all; null: not known yet. */
  catchAllLayer: number | null;
  pages: PageCount[];
  newest: NewestPage[];
  deliveries: Deliveries[];
  /** Targets that gave nobody when their layer began. */
  gaps: { layer: number; n: number }[];
  interruptions: Interruption[];
}

export const QUARTER_MS: number = 15 * 60_000;
