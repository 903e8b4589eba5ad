import type {
  Channel,
  NotificationKey,
  Policy,
  Reachable,
  ResolvedLayer,
  Severity,
  Target,
  Urgency,
} from './escalation-types.ts';
import type { SeverityWord } from './severity.ts';

/** What the folded alerts of an incident amount to, by its sources alone; whole counts, so that the newest message is enough. */
export interface Counts {
  /** Rises with each fold that changed something; what is not newer is ignored. */
  version: number;
  members: number;
  firing: number;
  severity: Severity;
}

export type PersonAnswer = 'accept' | 'reject' | 'resolve' | 'escalate';

/** How a decision on an answer or a command reads; `round` is the last round that it ends. */
export interface Decision {
  outcome: 'yours' | 'taken' | 'over' | 'rejected' | 'resolved' | 'escalated' | 'done';
  ownerId: string | null;
  escalationId: string;
  round: number;
  reason: string;
}

export type DeliveryOutcome =
  | 'sent'
  | 'refused'
  /** Every provider took it, and then said that it did not arrive. */
  | 'undelivered'
  /** Our path or every provider failed for now; asked again while the layer's time runs. */
  | 'pending'
  | 'withdrawn'
  | 'over'
  | 'expired';

export interface DeliveryResult {
  key: string;
  outcome: DeliveryOutcome;
  /** True where a provider was asked at all; false while only our own path was in the way. */
  reachedProvider: boolean;
  reason: string;
}

/** What happens to an incident. Every one may come late, twice, or in any order. */
export type IncidentEvent =
  | { kind: 'wake' }
  | { kind: 'alerts'; counts: Counts }
  | {
      kind: 'answer';
      /** Identifies this answer: the second time gets the first decision. */
      id: string;
      answer: PersonAnswer;
      personId: string;
      escalationId: string;
      round: number;
      layer: number;
      channel: Channel | 'console';
    }
  | { kind: 'reassign'; id: string; personId: string; target: Target }
  | { kind: 'snooze'; id: string; personId: string; until: number }
  | { kind: 'summon'; id: string; personId: string; target: Target }
  | { kind: 'severity'; id: string; personId: string; severity: Severity }
  | {
      kind: 'begun';
      effectId: string;
      policy: Policy;
      layers: ResolvedLayer[];
      catchAll: ResolvedLayer;
      reason: string;
    }
  | { kind: 'layer-resolved'; effectId: string; layer: ResolvedLayer }
  | { kind: 'delivered'; effectId: string; results: DeliveryResult[] }
  /** Who had taken a notification said that it did not arrive; `attempt` counts the requests to providers for it, from 1. */
  | { kind: 'receipt-failed'; key: string; attempt: number; reason: string }
  | { kind: 'withdrawn'; effectId: string }
  | { kind: 'logged'; effectId: string; throughId: string }
  | { kind: 'closed'; effectId: string }
  | { kind: 'close-refused'; effectId: string; counts: Counts }
  /** An effect could not be carried out at all for now: it is planned again after a pause. */
  | { kind: 'effect-failed'; effectId: string; reason: string }
  /** Entries that were once taken are gone; `wasBegun`: what is left tells that the response began. */
  | { kind: 'log-forgotten'; wasBegun: boolean };

/** What is to be done. An effect stays in the state until its result came; whoever carries it out twice does no harm. */
export type Effect =
  | { id: string; kind: 'begin'; escalationId: string; policyId: string; at: number }
  | {
      id: string;
      kind: 'resolve-layer';
      escalationId: string;
      round: number;
      layer: number;
      targets: Target[];
      at: number;
      /** The roster stayed silent: these are the people, and nobody is asked. They are stored before they are paged. */
      known?: ResolvedLayer;
    }
  | {
      id: string;
      kind: 'deliver';
      channel: Channel;
      round: number;
      layer: number;
      /** At most 50. */
      items: NotificationKey[];
      /** The layer's end: nothing is handed over later. */
      usefulUntil: number;
      /** Catalogued phrase for `update`, who has it for `taken`; empty otherwise. */
      note: string;
    }
  | {
      id: string;
      kind: 'withdraw';
      escalationId: string;
      throughRound: number;
      /** Only this person's pages of `layer`; null: everybody's. */
      personId: string | null;
      layer: number;
      channels: Channel[];
    }
  | { id: string; kind: 'log'; entries: LogEntry[] }
  | { id: string; kind: 'close'; version: number; by: string; sourceOnly: boolean; entryId: string; at: number };

/** An entry of the incident's log: ids, numbers and catalogued phrases only. */
export interface LogEntry {
  /** `<incident>/<epoch>-<n>`: deterministic, n counts the workflow's own entries. */
  id: string;
  kind: LogKind;
  at: number;
  data: Record<string, string | number | boolean | string[] | null>;
}

export type LogKind =
  | 'escalation-started'
  | 'layer-started'
  | 'layer-empty'
  | 'layer-ended'
  | 'gap'
  | 'passed-over'
  | 'page-planned'
  | 'news-planned'
  | 'notification-refused'
  | 'notification-pending'
  | 'notification-lost'
  | 'notification-undelivered'
  | 'person-unreachable'
  | 'accepted'
  | 'rejected'
  | 'escalated'
  | 'reassigned'
  | 'summoned'
  | 'summon-ended'
  | 'snoozed'
  | 'snooze-ended'
  | 'ack-timed-out'
  | 'late-answer'
  | 'severity-raised'
  | 'severity-set'
  | 'members-joined'
  | 'source-resolved'
  | 'owner-told'
  | 'close-refused'
  /** The workflow was lost, and made again from what `incidents` keeps. */
  | 'resumed'
  /** Stands for entries that waited for `incidents` for so long that they would not fit any more. */
  | 'entries-left-out';

export interface PlannedNotification {
  key: NotificationKey;
  channel: Channel;
  dueAt: number;
  state: 'due' | 'sending' | 'sent' | 'refused' | 'undelivered' | 'dropped';
  /** The effect that carries it, while `sending`. */
  effectId: string | null;
  /** True once a provider was asked for it. */
  reachedProvider: boolean;
  /** How often it was handed to the path without a final result. */
  tries: number;
  /** Catalogued phrase for `update`; empty otherwise. */
  note: string;
  /** When it loses its use; null: with its layer. */
  usefulUntil: number | null;
  /** The newest attempt that a provider took and lost; absent: none was. */
  lostAttempt?: number;
  /** It was lost while the delivery was under way whose result is to come. */
  lostMeanwhile?: boolean;
}

export interface PagedPerson {
  person: Reachable;
  state: 'paged' | 'rejected' | 'unreachable' | 'escalated';
}

export type EscalationPhase = 'beginning' | 'resolving' | 'trying' | 'answered' | 'snoozed' | 'ended';

export interface EscalationState {
  id: string;
  purpose: string;
  policyId: string;
  policy: Policy | null;
  phase: EscalationPhase;
  /** Part of every notification's key; rises with each pass and each time that paging is taken up again, never falls. */
  round: number;
  /** 1 and up; 0: a reassignment; layers + 1: the catch-all. */
  layer: number;
  /** Which pass through the layers this is, from 1; the policy's `rounds` bounds it. */
  pass: number;
  /** Layers of this pass that had somebody to page. */
  pagedLayers: number;
  /** How often the running layer got its time again, since nobody of it could be sent a page. */
  renewals: number;
  /** Who rejected in this pass: passed over in its later layers. */
  rejected: string[];
  /** Targets of layer 0, a reassignment. */
  assigned: Target[];
  /** When the present phase began and when it ends by itself; null: it does not. */
  since: number;
  until: number | null;
  people: PagedPerson[];
  notifications: PlannedNotification[];
  /** People as resolved at the start, a layer each, the catch-all last: used where the roster stays silent. */
  fallback: ResolvedLayer[];
  /** How often each `<contact method>/<kind>` was used. */
  repeats: Record<string, number>;
  /** Everybody who was paged in this escalation and the rules they were paged by; who is told when it is taken. */
  everPaged: Reachable[];
  ownerId: string | null;
  /** Only in a life that was made again: see `Fresh`. */
  fresh?: Fresh;
}

/**
 * A life before may have come further than its log tells. So what follows the layer that was taken up has numbers that no such
 * life can have used: else its pages would be found sent, or withdrawn, and nobody would be called.
 */
export interface Fresh {
  /** The layer after the one that was taken up has this round or a later one. */
  round: number;
  /** From that round on, and in all news, `repeat` counts from here. */
  repeat: number;
}

/** The whole of an incident as its workflow knows it: plain JSON, complete at any turn. Unknown fields are kept. */
export interface IncidentState {
  /** The rules' version that made this state. */
  rules: 1;
  incidentId: string;
  number: string;
  organisationId: string;
  teamId: string;
  drill: boolean;
  openedAt: number;
  counts: Counts;
  /** What a person said of its severity last; absent in states of before there was such a word. */
  word?: SeverityWord | null;
  urgency: Urgency;
  status: 'open' | 'acknowledged' | 'closing' | 'closed';
  escalations: EscalationState[];
  /** Effects whose result has not come. */
  pending: Effect[];
  /** When a failed effect may be tried again, by effect id. */
  retryAt: Record<string, number>;
  /** Entries that `incidents` has not taken yet, in order. */
  log: LogEntry[];
  /** Tells the entries and effects of this life from those of every other that the incident had: larger than theirs. */
  epoch: number;
  nextEntry: number;
  nextEffect: number;
  /** Decisions on answers and commands, newest last, at most 200. */
  decided: { id: string; decision: Decision }[];
}

export interface Plan {
  state: IncidentState;
  /** Effects to begin now: new ones, and those whose pause is over. All of them are in `state.pending` too. */
  effects: Effect[];
  /** The instant to wake at if nothing happens before; null: only a message can change anything. */
  wakeAt: number | null;
  /** Why: shown on the timer. */
  wakeReason: string;
}
