import { createBackoff, type Logger, sleep, Unavailable } from '@tocsin/platform';

/**
 * Tries until it succeeds: what is away or missing may come, and a worker that ended meanwhile would have to be started by somebody. What
 * waiting does not mend it rejects with at once, and with the signal's reason when that is aborted.
 */
export async function whenThere<T>(attempt: () => Promise<T>, log: Logger, signal: AbortSignal): Promise<T> {
  const backoff = createBackoff({ baseMs: 500, maxMs: 5_000 });
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      log.warn({ code: error.code, reason: error.message }, 'worker waits for what is not there yet');
    }
    await sleep(backoff.next(), signal);
  }
}
