import { setTimeout as delay } from 'node:timers/promises';

/** Rejects with the signal's reason when it is aborted. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, signal ? { signal } : undefined);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

export interface Backoff {
  /** The next wait in ms: random between 0 and a bound that doubles up to `maxMs`. */
  next(): number;
  reset(): void;
}

/** Full jitter, so that many who wait do not come back at the same moment. */
export function createBackoff({ baseMs, maxMs }: { baseMs: number; maxMs: number }): Backoff {
  let attempt = 0;
  return {
    next: () => Math.random() * Math.min(maxMs, baseMs * 2 ** attempt++),
    reset: () => {
      attempt = 0;
    },
  };
}

export interface UntilOptions {
  timeoutMs?: number;
  everyMs?: number;
  /** Completes "gave up waiting for …". */
  what?: string;
}

/**
 * Asks until the answer is neither undefined nor false. A probe that throws is asked again; its last error is the cause of the rejection.
 */
export async function until<T>(
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  { timeoutMs = 10_000, everyMs = 25, what = 'a condition' }: UntilOptions = {},
): Promise<T> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    let cause: unknown;
    try {
      const answer = await probe();
      if (answer !== undefined && answer !== false) return answer;
    } catch (error) {
      cause = error;
    }
    if (performance.now() >= end) throw new Error(`gave up waiting for ${what} after ${timeoutMs} ms`, { cause });
    await delay(everyMs);
  }
}
