import type { Attempt, LedgerRow, StoredWords } from './ledger/row.ts';
import type { Notification } from './provider.ts';
import type { Reached } from './reach.ts';
import { hashToken } from './tokens.ts';

/** A notification with every reference filled in, as it is (or was) handed to a provider. */
export function toNotification(
  row: LedgerRow,
  current: Attempt,
  reached: Reached,
  token: string,
  usefulUntil: number,
): Notification {
  const { ownerPersonId, ...words }: StoredWords = row.words;
  return {
    ...words,
    id: hashToken(row._id),
    kind: row.key.kind,
    address: reached.address,
    ownerName: ownerPersonId === '' ? '' : reached.nameOf(ownerPersonId),
    possibleRepeat: current.possibleRepeat,
    code: row.code ?? '',
    token,
    attempt: current.n,
    usefulUntil,
  };
}
