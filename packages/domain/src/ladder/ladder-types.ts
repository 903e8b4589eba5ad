import type { Channel, NotificationKind, Severity } from '../escalation-types.ts';

/** An entry of an incident's log as the ladder reads it: the workflow's own, and those of `incidents`. */
export interface LadderEntry {
  id: string;
  kind: string;
  /** Milliseconds since the epoch, like every instant of the ladder. */
  at: number;
  data: Record<string, unknown>;
}

/** Who was told, how, when, what came of it, and why someone was not: ids, instants and catalogued phrases only. */
export interface Ladder {
  head: LadderHead;
  escalations: LadderEscalation[];
  /** What the workflow waits for, where the caller knows: it is not in the log. */
  next: { at: number; why: string } | null;
}

/** Enough for one sentence: what is true of the incident now, of whom, since when. */
export interface LadderHead {
  saying: 'waiting' | 'paging' | 'has-it' | 'snoozed' | 'closed';
  severity: Severity | null;
  drill: boolean;
  openedAt: number | null;
  /** Since when `saying` is so. */
  since: number | null;
  ownerId: string | null;
  /** While paging: the layer, and who of it can still answer. */
  round: number | null;
  layer: number | null;
  paged: string[];
  /** When it ends by itself: the layer, the snooze, the acknowledgement. */
  until: number | null;
  /** "source", or a person's id. */
  closedBy: string | null;
}

export interface LadderEscalation {
  id: string;
  purpose: string;
  policyId: string;
  /** Why this policy. */
  reason: string;
  startedAt: number | null;
  steps: LadderStep[];
  /** What was told without asking for an answer: taken, update, resolved. */
  news: LadderNotification[];
  /** Where the record itself was cut off. */
  interruptions: LadderInterruption[];
}

export interface LadderInterruption {
  at: number;
  kind: 'resumed' | 'entries-left-out';
  reason: string;
  /** Pages of which no entry is left. */
  pages: number;
}

/** One time that a layer was tried. */
export interface LadderStep {
  round: number;
  /** 1 and up; 0: somebody was given the incident by name; layers + 1: the catch-all. */
  layer: number;
  catchAll: boolean;
  /** Where its people come from: "first-layer", "resolved", "roster-silent"; why it is empty. */
  reason: string;
  beganAt: number;
  until: number | null;
  endedAt: number | null;
  /** Why it ended, such as "time-is-up", "accepted"; empty while it runs. */
  ended: string;
  /** Targets that gave nobody. */
  gaps: string[];
  people: LadderPerson[];
  /** Who was on call for it and is not paged. */
  skipped: { personId: string; because: string; reason: string }[];
}

/** In the order in which they may follow each other. */
export type PersonState =
  | 'paged'
  | 'unanswered'
  | 'unreachable'
  | 'rejected'
  | 'escalated'
  | 'accepted'
  | 'handed-back';

export interface LadderPerson {
  personId: string;
  /** Why this person. */
  because: string;
  state: PersonState;
  reason: string;
  /** Since when the state is so. */
  at: number;
  notifications: LadderNotification[];
  /** What their rules still hold for this step, if nobody answers: known where the layer's people are given. */
  ahead: { channel: Channel; contactMethodId: string; at: number }[];
}

/** In the order in which they may follow each other: receipts come late, and take nothing back, but that `failed` is `sent` again where the next provider took it. */
export type NotificationState =
  /** Handed to the path, and no provider is known to have it. */
  | 'planned'
  /** It lost its use before a provider had it, because of `reason`. */
  | 'not-sent'
  /** Somebody's answer or word came before a provider had it. */
  | 'withdrawn'
  /** A provider may have it: its outcome was cut off. */
  | 'unknown'
  | 'sent'
  /** A provider had it and could not deliver it, or the address itself is refused. */
  | 'failed'
  | 'delivered'
  | 'answered';

export interface LadderNotification {
  id: string;
  personId: string;
  channel: string;
  contactMethodId: string;
  kind: NotificationKind;
  repeat: number;
  plannedAt: number;
  state: NotificationState;
  reason: string;
  at: number;
  answer: string | null;
  /** Why it was handed to the path again, where it was. */
  waitedFor: string | null;
  attempts: LadderAttempt[];
}

/** One request to one provider, and what the provider said of it. */
export interface LadderAttempt {
  number: number;
  provider: string;
  providerId: string;
  possibleRepeat: boolean;
  reason: string;
  /** In order of their times. */
  receipts: { receipt: string; at: number }[];
}
