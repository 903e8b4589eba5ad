import { setTimeout as delay } from 'node:timers/promises';
import { Unavailable } from '@tocsin/platform';

/**
 * The outcome of `work`, or `Unavailable` after `ms`. The work itself goes on: what it does to the store is unknown then.
 * (The driver's own `timeoutMS` has no effect, and its other bounds are longer than a sender waits.)
 */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const done = new AbortController();
  const late = delay(ms, undefined, { signal: done.signal }).then(() => {
    throw new Unavailable('the store did not answer in time', { code: 'store-slow' });
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    late.catch(() => {});
    done.abort();
  }
}
