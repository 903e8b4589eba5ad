import { isDuplicateKey } from '@tocsin/platform';
import type { Collection } from 'mongodb';
import type { AnswerName } from '../facts.ts';
import type { OwnedKey } from '../key.ts';

/** What was decided on an answer. */
export interface Decision {
  outcome: 'yours' | 'taken' | 'over' | 'rejected' | 'resolved' | 'escalated';
  ownerPersonId: string;
  incidentNumber: string;
}

/** What a person said, as it came. `_id` comes from the message or key press, so that a repeated webhook is the same answer. */
export interface StoredAnswer {
  _id: string;
  key: OwnedKey;
  answer: AnswerName;
  /** Free text of a reject. */
  reason: string;
  at: Date;
  decision: Decision | null;
  tries: number;
  /** The `traceparent` under which it came. */
  trace?: string;
  /** When it is to be told again; absent once it is decided. */
  nextAt?: Date;
  expireAt: Date;
}

const KEPT_MS = 90 * 24 * 3_600_000;

export interface AnswerStore {
  ensure(): Promise<void>;
  /** Stores an answer, or finds it as it was stored the first time. */
  keep(
    answer: Pick<StoredAnswer, '_id' | 'key' | 'answer' | 'reason' | 'at' | 'trace'>,
    nextAt: Date,
  ): Promise<StoredAnswer>;
  decide(id: string, decision: Decision): Promise<void>;
  /** Takes one that is due for this replica to tell; others see it again at `nextAt`. */
  takeDue(now: Date, nextAt: Date): Promise<StoredAnswer | null>;
  postpone(id: string, nextAt: Date): Promise<void>;
}

export function createAnswerStore(collection: Collection<StoredAnswer>): AnswerStore {
  return {
    async ensure() {
      await collection.createIndexes([
        { key: { nextAt: 1 }, sparse: true },
        { key: { expireAt: 1 }, expireAfterSeconds: 0 },
      ]);
    },
    async keep(answer, nextAt) {
      const expireAt = new Date(answer.at.getTime() + KEPT_MS);
      const row: StoredAnswer = { ...answer, decision: null, tries: 0, nextAt, expireAt };
      try {
        await collection.insertOne(row);
        return row;
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        return (await collection.findOne({ _id: answer._id })) ?? row;
      }
    },
    async decide(id, decision) {
      await collection.updateOne({ _id: id, decision: null }, { $set: { decision }, $unset: { nextAt: '' } });
    },
    takeDue: (now, nextAt) =>
      collection.findOneAndUpdate(
        { nextAt: { $lte: now } },
        { $set: { nextAt }, $inc: { tries: 1 } },
        { sort: { nextAt: 1 }, returnDocument: 'after' },
      ),
    async postpone(id, nextAt) {
      await collection.updateOne({ _id: id, decision: null }, { $set: { nextAt } });
    },
  };
}
