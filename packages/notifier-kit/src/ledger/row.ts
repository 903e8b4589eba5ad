import type { OwnedKey } from '../key.ts';
import type { RevisionState } from '../provider.ts';

export type RowState =
  /** Nothing is at a provider: whoever gets the lease may go on. */
  | 'claimed'
  /** A request to a provider may be under way, or its outcome is unknown. */
  | 'calling'
  | 'sent'
  /** It rang, or the line was in use, and nobody took it: the path did its work. */
  | 'unanswered'
  | 'delivered'
  | 'read'
  /** Whoever took it said that it did not arrive: whoever gets the lease may go on with another provider. */
  | 'failed'
  /** The person's side refused: no provider will be asked again. */
  | 'refused'
  | 'withdrawn';

export type AttemptOutcome =
  | 'calling'
  | 'taken'
  /** It was taken, and then the provider said that it did not arrive. */
  | 'lost'
  /** The person's side will not have it, whichever provider brings it. */
  | 'refused'
  | 'failed'
  | 'unknown'
  /** It was unknown, and a look-up found that the provider does not have it. */
  | 'absent';

/** One request to one provider, written before the request is made. */
export interface Attempt {
  provider: string;
  n: number;
  startedAt: Date;
  outcome: AttemptOutcome;
  possibleRepeat: boolean;
  /** SHA-256 of the token in this attempt's callback addresses. */
  tokenHash: string;
  providerId?: string;
  reason?: string;
  /** The provider said that it arrived: whatever it says later, this stands. */
  arrived?: boolean;
  /** Nothing rings for it any more: it ended, or was stopped. */
  ended?: boolean;
}

/** Words as references: people by id, the incident's text as it was. Kept so that a call can be spoken when it is answered. */
export interface StoredWords {
  incidentNumber: string;
  severity: string;
  title: string;
  ownerPersonId: string;
  note: string;
  drill: boolean;
}

/** What a page's message is to say of what became of it; the newest wins. */
export interface WantedRevision {
  /** Of the entry in the incident's log; 0 where an answer was given at the message, and the log does not tell of it yet. */
  position: number;
  state: RevisionState;
  /** Who has it, or said so; empty where nobody did. */
  personId: string;
  /** The message says so. */
  drawn: boolean;
}

/** One notification's way through the providers. `_id` is the notification key's id, so there is one row a notification. */
export interface LedgerRow {
  _id: string;
  /** Rises with each change; every change is conditional on it. */
  rev: number;
  key: OwnedKey;
  state: RowState;
  /** Who works on it. Past `until`, it was left behind by a crash. */
  lease: { holder: string; until: Date } | null;
  attempts: Attempt[];
  words: StoredWords;
  code?: string;
  usefulUntil: Date;
  /** Catalogued phrase for why it is where it is; empty while nothing is wrong. */
  reason: string;
  withdrawnAt: Date | null;
  /** Absent: it says what it said when it was sent. */
  revision?: WantedRevision;
  createdAt: Date;
  /** The `traceparent` of who asked for it first: what a provider or a person says of it is of that trace. */
  trace?: string;
  /** When the store may forget it. */
  expireAt: Date;
}

/** True where no provider is to be asked. What failed at one provider is open: another may bring it. */
export function isFinal(state: RowState): boolean {
  return state !== 'claimed' && state !== 'calling' && state !== 'failed';
}

/** True while some provider has it, and has not said that it did not arrive. */
export function isTaken({ attempts }: LedgerRow): boolean {
  return attempts.some((one) => one.outcome === 'taken');
}

/** True where this provider took it once and it did not arrive: it is not asked for it again. */
export function lostBy({ attempts }: LedgerRow, provider: string): boolean {
  return attempts.some((one) => one.provider === provider && one.outcome === 'lost');
}
