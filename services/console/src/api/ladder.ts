import type { Severity } from './types.ts';

/** Who was told, how, when, what came of it, and why someone was not: as the API gives it, instants in RFC 3339. */
export interface Ladder {
  head: {
    saying: 'waiting' | 'paging' | 'has-it' | 'snoozed' | 'closed';
    severity: Severity | null;
    since: string | null;
    ownerId: string | null;
    round: number | null;
    layer: number | null;
    paged: string[];
    until: string | null;
    closedBy: string | null;
  };
  escalations: LadderEscalation[];
}

export interface LadderEscalation {
  id: string;
  purpose: string;
  policyId: string;
  reason: string;
  startedAt: string | null;
  steps: LadderStep[];
  news: LadderNotification[];
  /** Where the record itself was cut off. */
  interruptions: { at: string; kind: 'resumed' | 'entries-left-out'; reason: string; pages: number }[];
}

export interface LadderStep {
  round: number;
  /** 1 and up; 0: somebody was given the incident by name. */
  layer: number;
  catchAll: boolean;
  reason: string;
  beganAt: string;
  until: string | null;
  endedAt: string | null;
  ended: string;
  gaps: string[];
  people: LadderPerson[];
  skipped: { personId: string; because: string; reason: string }[];
}

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
  because: string;
  state: PersonState;
  reason: string;
  at: string;
  notifications: LadderNotification[];
  ahead: { channel: string; contactMethodId: string; at: string }[];
}

export type NotificationState =
  | 'planned'
  | 'not-sent'
  | 'withdrawn'
  | 'unknown'
  | 'sent'
  | 'failed'
  | 'delivered'
  | 'answered';

export interface LadderNotification {
  id: string;
  personId: string;
  channel: string;
  contactMethodId: string;
  kind: string;
  repeat: number;
  plannedAt: string;
  state: NotificationState;
  reason: string;
  at: string;
  answer: string | null;
  waitedFor: string | null;
  attempts: {
    number: number;
    provider: string;
    possibleRepeat: boolean;
    reason: string;
    receipts: { receipt: string; at: string }[];
  }[];
}
