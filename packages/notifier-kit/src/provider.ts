import type { Kind } from './key.ts';

/** The words of one notification with every reference filled in. It lives in memory only: names and address are personal. */
export interface Notification {
  /** Its own, opaque; the same in every attempt. */
  id: string;
  kind: Kind;
  /** E.164, or what the channel has in its place. Never to be logged or put into an error. */
  address: string;
  incidentNumber: string;
  /** "critical", … */
  severity: string;
  /** May be empty: then the incident's number has to do. */
  title: string;
  /** Display name of who has the incident, for `taken`; empty where it is not known. */
  ownerName: string;
  note: string;
  drill: boolean;
  /** An earlier request may have reached the person already, so the words say so. */
  possibleRepeat: boolean;
  /** What a person types to answer this page; empty on channels without codes. */
  code: string;
  /** Names this attempt in callbacks to us: 128 random bits, of which only a hash is stored. Empty in look-ups. */
  token: string;
  attempt: number;
  /** Milliseconds since the epoch: later than this it should not reach anybody any more. */
  usefulUntil: number;
}

/** What a look-up has to go by: the notification as it was handed over, and when. */
export interface PastAttempt {
  notification: Notification;
  startedAt: number;
}

export const PROVIDER_ERROR_KINDS = [
  /** This provider cannot now: the next one is asked at once. */
  'temporary',
  /** This provider will not take this message; another may. */
  'permanent',
  /** Our account with it is wrong or not allowed: the operator has to act. */
  'auth',
  'rate-limited',
  /** The person's side: no provider will reach this address. */
  'invalid-target',
  /** The request left and nobody knows what became of it. */
  'unknown',
] as const;
export type ProviderErrorKind = (typeof PROVIDER_ERROR_KINDS)[number];

/** What became of a page after it was sent. */
export type RevisionState =
  /** An answer was given there, and is not decided yet. */
  | 'noted'
  /** Somebody has the incident. */
  | 'taken'
  | 'rejected'
  | 'escalated'
  /** Nobody has it any more: people are paged anew, by other messages. */
  | 'again'
  | 'closed';

export interface Revision {
  state: RevisionState;
  /** Display name of whoever has it, or said so; empty where it is not known. */
  name: string;
}

/** Why a provider did not take a notification. `reason` is a catalogued phrase; neither it nor the error names an address. */
export class ProviderError extends Error {
  readonly kind: ProviderErrorKind;
  readonly reason: string;
  readonly retryAfterMs: number | undefined;

  constructor(kind: ProviderErrorKind, reason: string, retryAfterMs?: number) {
    super(`provider did not take it: ${kind}, ${reason}`);
    this.name = 'ProviderError';
    this.kind = kind;
    this.reason = reason;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The provider says that the address is no more: it is forgotten, and the person has to make it anew. */
export class AddressGone extends ProviderError {
  constructor(reason: string) {
    super('invalid-target', reason);
    this.name = 'AddressGone';
  }
}

/** One way to hand over notifications of one channel: an account with a carrier, a push service, a mail relay. */
export interface Provider {
  /** Unique within its channel; part of the ledger and of facts. */
  readonly id: string;
  /** What its channel can count on, stated so that a missing method is a choice and not an omission. */
  readonly capabilities: { readonly lookUp: boolean; readonly stop: boolean; readonly revise: boolean };
  /** False for addresses that are another provider's; every address is its own where this is absent. */
  serves?(address: string): boolean;
  /** A message is changed by sending another in its place: `revise` is told the address. */
  readonly revisesByAddress?: true;
  /**
   * Hands one notification over, once: nothing is retried inside. Resolves when the provider took it.
   * Throws a ProviderError; one of kind `unknown` wherever the request may have arrived.
   */
  send(notification: Notification, opts: { signal: AbortSignal }): Promise<{ providerId: string }>;
  /** The provider's own ids of what may be this attempt, most likely first. Empty: the provider certainly does not have it. */
  lookUp?(attempt: PastAttempt, opts: { signal: AbortSignal }): Promise<string[]>;
  /** Stops what has not reached the person yet. False where there was nothing left to stop. */
  stop?(providerId: string, opts: { signal: AbortSignal }): Promise<boolean>;
  /**
   * Makes the message of a page say what became of it, and takes its buttons away. Safe to repeat. `notification` has no token, and an
   * address only where `revisesByAddress` says that it is needed. Throws as `send` does.
   */
  revise?(
    providerId: string,
    page: { notification: Notification; revision: Revision },
    opts: { signal: AbortSignal },
  ): Promise<void>;
}
