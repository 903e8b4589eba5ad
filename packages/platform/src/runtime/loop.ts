import type { Logger } from './log.ts';
import { sleep } from './wait.ts';

export interface Loop {
  /** Begins the next round at once. */
  nudge(): void;
  /** Lets the running round end; its signal says that it should. */
  stop(): Promise<void>;
}

/** Does something again and again until it is stopped; what fails is logged and done again. */
export function createLoop(
  name: string,
  everyMs: number,
  work: (signal: AbortSignal) => Promise<void>,
  log: Logger,
): Loop {
  const stopping = new AbortController();
  let wake = new AbortController();
  const running = (async () => {
    while (!stopping.signal.aborted) {
      wake = new AbortController();
      await work(stopping.signal).catch((err: unknown) => log.warn({ err, loop: name }, 'round failed, comes again'));
      await sleep(everyMs, AbortSignal.any([stopping.signal, wake.signal])).catch(() => undefined);
    }
  })();
  return {
    nudge: () => wake.abort(),
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
