import { InvalidInput, millis, newId } from '@tocsin/platform';
import { type DeliverRequest, Outcome } from '@tocsin/proto/notifier/v1';
import { type OwnedKey, parseKey } from './key.ts';
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
  key: OwnedKey;
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
  /** Who took it; else who was asked last; empty: nobody was asked. */
  provider: string;
  providerId: string;
  possibleRepeat: boolean;
  reason: string;
  /** Its provider said that it arrived. */
  delivered: boolean;
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
    const { provider, providerId = '', possibleRepeat, arrived = false } = taken;
    return { outcome: Outcome.SENT, provider, providerId, possibleRepeat, reason: '', delivered: arrived };
  }
  const refused = row.attempts.find((one) => one.outcome === 'refused');
  if (refused) return said(Outcome.REFUSED, refused.reason ?? row.reason, row);
  if (row.withdrawnAt !== null) return said(Outcome.WITHDRAWN, 'withdrawn', row);
  if (leaseIsLive(row, Date.now())) return inProgress(row);
  return null;
}

/** Another request works on it. */
export function inProgress(row: LedgerRow | null): Delivered {
  return said(Outcome.IN_PROGRESS, 'in-progress', row);
}

/** Why no provider request may start now; null where one may. */
export function tooLate(delivery: Delivery, row: LedgerRow | null): Delivered | null {
  const now = Date.now();
  if (now >= delivery.usefulUntil) return said(Outcome.EXPIRED, 'no-longer-useful', row);
  if (now >= delivery.goUntil) return said(Outcome.STALE, 'words-too-old', row);
  if (now >= delivery.deadlineAt - RECORD_MS - SHORTEST_CALL_MS) return said(Outcome.STALE, 'deadline-too-near', row);
  return null;
}

/** An answer without a provider that has it: it names who was asked last, where anybody was. */
export function said(outcome: Outcome, reason: string, row: LedgerRow | null): Delivered {
  const provider = row?.attempts.at(-1)?.provider ?? '';
  return { outcome, provider, providerId: '', possibleRepeat: false, reason, delivered: false };
}
