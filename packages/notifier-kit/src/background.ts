import type { Logger } from '@tocsin/platform';

/** Work that a caller does not wait for. A failure is logged; stopping waits for what is under way. */
export interface Background {
  run(name: string, work: () => Promise<unknown>): void;
  /** Takes nothing more, and resolves when everything ended. */
  stop(): Promise<void>;
}

export function createBackground(log: Logger): Background {
  const running = new Set<Promise<unknown>>();
  let stopped = false;
  return {
    run(name, work) {
      if (stopped) return;
      const promise = work()
        .catch((err: unknown) => log.warn({ err, work: name }, 'background work failed'))
        .finally(() => running.delete(promise));
      running.add(promise);
    },
    async stop() {
      stopped = true;
      await Promise.all(running);
    },
  };
}
