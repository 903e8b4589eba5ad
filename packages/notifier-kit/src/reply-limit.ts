import type { Collection } from 'mongodb';

interface Replies {
  _id: string;
  count: number;
  expireAt: Date;
}

interface PersonName {
  organisationId: string;
  personId: string;
}

const UNHELPFUL_AT_MOST = 5;
const FORGOTTEN_AFTER_MS = 3_600_000;

/**
 * Bounds replies that only say "not understood", so that two machines never talk to each other for long: five a person,
 * until they say something that we understand, or an hour of silence passed.
 */
export interface ReplyLimit {
  ensure(): Promise<void>;
  mayReply(person: PersonName): Promise<boolean>;
  reset(person: PersonName): Promise<void>;
}

export function createReplyLimit(collection: Collection<Replies>): ReplyLimit {
  return {
    async ensure() {
      await collection.createIndex({ expireAt: 1 }, { expireAfterSeconds: 0 });
    },
    async mayReply(person) {
      const after = await collection.findOneAndUpdate(
        { _id: nameOf(person) },
        { $inc: { count: 1 }, $set: { expireAt: new Date(Date.now() + FORGOTTEN_AFTER_MS) } },
        { upsert: true, returnDocument: 'after' },
      );
      return (after?.count ?? 1) <= UNHELPFUL_AT_MOST;
    },
    async reset(person) {
      await collection.deleteOne({ _id: nameOf(person) });
    },
  };
}

function nameOf({ organisationId, personId }: PersonName): string {
  return `${organisationId}/${personId}`;
}
