import { createBatch } from '@tocsin/platform';
import type { Collection } from 'mongodb';
import type { OwnedKey } from './key.ts';
import type { WithdrawalScope } from './ledger/ledger.ts';

interface Mark {
  _id: string;
  /** Pages up to this round are not wanted; only rises. */
  throughRound: number;
  at: Date;
  expireAt: Date;
}

const KEPT_MS = 90 * 24 * 3_600_000;

/**
 * What is not to be sent any more, also where it was not asked for yet. A mark is written before ledger rows are looked at,
 * and marks are looked for after the row is written: however the two interleave, one of them sees the other.
 */
export interface Withdrawals {
  ensure(): Promise<void>;
  mark(scope: WithdrawalScope, at: Date): Promise<void>;
  covers(key: OwnedKey): Promise<boolean>;
}

export function createWithdrawals(collection: Collection<Mark>): Withdrawals {
  const covered = createBatch(async (keys: OwnedKey[]) => {
    const ids = new Set(keys.flatMap((key) => [forAll(key), forPerson(key)]));
    const marks = await collection.find({ _id: { $in: [...ids] } }).toArray();
    const through = new Map(marks.map((mark) => [mark._id, mark.throughRound]));
    return keys.map((key) => [forAll(key), forPerson(key)].some((id) => (through.get(id) ?? -1) >= key.round));
  });
  return {
    async ensure() {
      await collection.createIndex({ expireAt: 1 }, { expireAfterSeconds: 0 });
    },
    async mark(scope, at) {
      const expireAt = new Date(at.getTime() + KEPT_MS);
      await collection.updateOne(
        {
          _id:
            scope.personId === null
              ? forAll(scope)
              : forPerson({ ...scope, round: scope.throughRound, personId: scope.personId }),
        },
        { $max: { throughRound: scope.throughRound, expireAt }, $setOnInsert: { at } },
        { upsert: true },
      );
    },
    covers: async (key) => key.kind === 'page' && covered(key),
  };
}

function forAll(of: { incidentId: string; escalationId: string }): string {
  return `${of.incidentId}/${of.escalationId}`;
}

function forPerson(of: Pick<OwnedKey, 'incidentId' | 'escalationId' | 'personId' | 'round' | 'layer'>): string {
  return `${of.incidentId}/${of.escalationId}/${of.round}/${of.layer}/${of.personId}`;
}
