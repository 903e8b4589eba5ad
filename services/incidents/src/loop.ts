import { type Logger, sleep } from '@tocsin/platform';

/** Does something again and again until it is stopped; what fails is logged and done again. `stop` lets it finish. */
export function createLoop(
  name: string,
  everyMs: number,
  work: () => Promise<void>,
  log: Logger,
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const running = (async () => {
    while (!stopping.signal.aborted) {
      await sleep(everyMs, stopping.signal).catch(() => undefined);
      if (stopping.signal.aborted) return;
      await work().catch((err: unknown) => log.warn({ err, loop: name }, 'round failed, comes again'));
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
