import type { Collection } from 'mongodb';
import type { FactRow } from './fact-row.ts';

export interface UntoldFact {
  id: string;
  subject: string;
  bytes: Uint8Array;
  trace?: string;
}

/** Where facts wait to be told. */
export interface FactStore {
  /** The oldest first, at most `limit`, stored at least `olderThanMs` ago. */
  untold(limit: number, olderThanMs?: number): Promise<UntoldFact[]>;
  markTold(ids: string[]): Promise<void>;
}

const keepToldSeconds = 24 * 3_600;

/** Facts in a collection of their own. `ensure` makes its indexes: told rows go after a day, untold ones never. */
export function createMongoFactStore(collection: Collection<FactRow>): FactStore & { ensure(): Promise<void> } {
  return {
    async ensure() {
      await collection.createIndexes([
        { key: { at: 1, _id: 1 }, name: 'untold', partialFilterExpression: { told: null } },
        { key: { told: 1 }, name: 'told-expires', expireAfterSeconds: keepToldSeconds },
      ]);
    },
    async untold(limit, olderThanMs = 0) {
      const rows = await collection
        .find({ told: null, at: { $lte: new Date(Date.now() - olderThanMs) } })
        .sort({ at: 1, _id: 1 })
        .limit(limit)
        .toArray();
      return rows.map(({ _id, subject, bytes, trace }) => ({
        id: _id,
        subject,
        bytes: bytes instanceof Uint8Array ? bytes : bytes.value(),
        ...(trace ? { trace } : {}),
      }));
    },
    async markTold(ids) {
      await collection.updateMany({ _id: { $in: ids }, told: null }, { $set: { told: new Date() } });
    },
  };
}
