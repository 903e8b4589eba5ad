import type { ClientSession, MongoClient } from 'mongodb';
import { Unavailable } from '../errors/errors.ts';

const boundMs = 20_000;

/**
 * Runs `work` in a transaction over one snapshot, committed to a majority's journal, and again where it collided with another;
 * for at most 20 s in all. `work` may run more than once, so it does nothing but read and write through the session.
 */
export function inTransaction<T>(
  client: MongoClient,
  work: (session: ClientSession) => Promise<T>,
  { againForMs = boundMs }: { againForMs?: number } = {},
): Promise<T> {
  const end = performance.now() + againForMs;
  return client.withSession((session) =>
    session.withTransaction(
      async () => {
        // The driver by itself goes on for two minutes; its `timeoutMS` has no effect any more.
        if (performance.now() > end)
          throw new Unavailable('the transaction kept colliding with another', { code: 'store-busy' });
        return work(session);
      },
      {
        readConcern: { level: 'snapshot' },
        writeConcern: { w: 'majority', journal: true },
        readPreference: 'primary',
      },
    ),
  );
}
