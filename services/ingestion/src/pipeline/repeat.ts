import { sleep } from '@tocsin/platform';

/** Does something again and again, one at a time, until the signal. What it throws is handed on, and it goes on. */
export async function repeat(
  everyMs: number,
  signal: AbortSignal,
  work: () => Promise<void>,
  failed: (error: unknown) => void,
): Promise<void> {
  while (!signal.aborted) {
    await work().catch(failed);
    await sleep(everyMs, signal).catch(() => {});
  }
}
