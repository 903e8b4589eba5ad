import type { NotificationKey } from '@tocsin/domain';
import { InvalidInput, millis, newId } from '@tocsin/platform';
import { type DeliverRequest, Outcome } from '@tocsin/proto/notifier/v1';
import { parseKey } from './key.ts';
import type { LedgerRow, StoredWords } from './ledger/row.ts';
import { leaseIsLive } from './ledger/transitions.ts';

/** Time kept of the caller's deadline for writing down what a provider said. */
export const RECORD_MS = 300;
/** A provider request that has to be given up sooner only makes an unknown outcome. */
const SHORTEST_CALL_MS = 200;
/** A request that stays unanswered this long past its provider's time-out was cut off. */
const LEASE_SLACK_MS = 2_000;

/** One request to deliver, parsed; instants in milliseconds since the epoch. */
export interface Delivery {
  key: NotificationKey;
  words: StoredWords;
  goUntil: number;
  usefulUntil: number;
  /** When the caller stops listening. */
  deadlineAt: number;
  holder: string;
  leaseMs: number;
}

export interface Delivered {
  outcome: Outcome;
  provider: string;
  providerId: string;
  possibleRepeat: boolean;
  reason: string;
}

/** Throws InvalidInput naming the field that is missing. */
export function parseDelivery(request: DeliverRequest, deadlineAt: number, providerTimeoutMs: number): Delivery {
  const { words } = request;
  if (!words) throw new InvalidInput('a notification has words', { code: 'words-missing', field: 'words' });
  const goUntil = millis(request.goUntil);
  const usefulUntil = millis(request.usefulUntil);
  if (goUntil === undefined)
    throw new InvalidInput('go_until is missing', { code: 'instant-missing', field: 'go_until' });
  if (usefulUntil === undefined) {
    throw new InvalidInput('useful_until is missing', { code: 'instant-missing', field: 'useful_until' });
  }
  const { incidentNumber, severity, title, ownerPersonId, note, drill } = words;
  return {
    key: parseKey(request.key),
    words: { incidentNumber, severity, title, ownerPersonId, note, drill },
    goUntil,
    usefulUntil,
    deadlineAt,
    holder: newId(),
    leaseMs: providerTimeoutMs + LEASE_SLACK_MS,
  };
}

/** The answer that a row gives by itself; null where the notification can be worked on. */
export function standing(row: LedgerRow): Delivered | null {
  const taken = row.attempts.find((one) => one.outcome === 'taken');
  if (taken) {
    const { provider, providerId = '', possibleRepeat } = taken;
    return { outcome: Outcome.SENT, provider, providerId, possibleRepeat, reason: '' };
  }
  if (row.state === 'refused') return said(Outcome.REFUSED, row.reason);
  if (row.withdrawnAt !== null) return said(Outcome.WITHDRAWN, 'withdrawn');
  if (leaseIsLive(row, Date.now())) return said(Outcome.IN_PROGRESS, 'in-progress');
  return null;
}

/** Why no provider request may start now; null where one may. */
export function tooLate(delivery: Delivery): Delivered | null {
  const now = Date.now();
  if (now >= delivery.usefulUntil) return said(Outcome.EXPIRED, 'no-longer-useful');
  if (now >= delivery.goUntil) return said(Outcome.STALE, 'words-too-old');
  if (now >= delivery.deadlineAt - RECORD_MS - SHORTEST_CALL_MS) return said(Outcome.STALE, 'deadline-too-near');
  return null;
}

export function said(outcome: Outcome, reason: string): Delivered {
  return { outcome, provider: '', providerId: '', possibleRepeat: false, reason };
}
