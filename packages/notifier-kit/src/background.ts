import type { Logger } from '@tocsin/platform';

/** Work that a caller does not wait for. A failure is logged; stopping waits for what is under way. */
export interface Background {
  run(name: string, work: (signal: AbortSignal) => Promise<unknown>): void;
  /** Resolves when everything ended; what listens to its signal ends early. */
  stop(): Promise<void>;
}

export function createBackground(log: Logger): Background {
  const running = new Set<Promise<unknown>>();
  const stopping = new AbortController();
  return {
    run(name, work) {
      if (stopping.signal.aborted) return;
      const promise = work(stopping.signal)
        .catch((err: unknown) => log.warn({ err, work: name }, 'background work failed'))
        .finally(() => running.delete(promise));
      running.add(promise);
    },
    async stop() {
      stopping.abort();
      await Promise.all(running);
    },
  };
}
