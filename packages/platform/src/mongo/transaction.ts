import type { ClientSession, MongoClient } from 'mongodb';

const boundMs = 20_000;

/**
 * Runs `work` in a transaction over one snapshot, committed to a majority's journal, and again where it collided with another;
 * for at most 20 s in all. `work` may run more than once, so it does nothing but read and write through the session.
 */
export function inTransaction<T>(client: MongoClient, work: (session: ClientSession) => Promise<T>): Promise<T> {
  return client.withSession({ defaultTimeoutMS: boundMs }, (session) =>
    session.withTransaction(() => work(session), {
      readConcern: { level: 'snapshot' },
      writeConcern: { w: 'majority', journal: true },
      readPreference: 'primary',
    }),
  );
}
