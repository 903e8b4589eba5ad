import type { ClientSession, MongoClient } from 'mongodb';
import { toTocsinError } from '../errors/classify.ts';
import { Unavailable } from '../errors/errors.ts';

const boundMs = 20_000;

/**
 * Runs `work` in a transaction over one snapshot, committed to a majority's journal, and again where it collided with another.
 * `work` may run more than once, so it does nothing but read and write through the session. Throws `Unavailable` where the
 * store is away, or is not done after `withinMs`, 20 s where absent: as with any time-out, a commit that was under way then
 * may still have been carried out.
 */
export async function inTransaction<T>(
  client: MongoClient,
  work: (session: ClientSession) => Promise<T>,
  withinMs = boundMs,
): Promise<T> {
  // The driver's own time-out for transactions is a no-op, and it repeats what failed for two minutes.
  const late = new Unavailable('the store is not done with a transaction', { code: 'store-away' });
  const { promise: bound, reject } = Promise.withResolvers<never>();
  let over = false;
  const timer = setTimeout(() => {
    over = true;
    reject(late);
  }, withinMs);

  // Nobody waits any more: it neither begins again nor commits.
  const whileWanted = async (session: ClientSession): Promise<T> => {
    if (over) throw late;
    const result = await work(session);
    if (over) throw late;
    return result;
  };
  const running = client.withSession((session) =>
    session.withTransaction(() => whileWanted(session), {
      readConcern: { level: 'snapshot' },
      writeConcern: { w: 'majority', journal: true },
      readPreference: 'primary',
    }),
  );
  try {
    return await Promise.race([running, bound]);
  } catch (error) {
    const known = toTocsinError(error);
    throw known instanceof Unavailable ? known : error;
  } finally {
    clearTimeout(timer);
  }
}
