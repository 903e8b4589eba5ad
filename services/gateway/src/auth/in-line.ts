import { Unavailable } from '@tocsin/platform';

export interface Line {
  /** Does `work` when it is its turn; throws `Unavailable` where too many wait already. */
  take<T>(work: () => Promise<T>): Promise<T>;
}

/** Lets so many work at once, and so many wait for it. */
export function createLine({ atOnce, waiting }: { atOnce: number; waiting: number }): Line {
  const queue: (() => void)[] = [];
  let free = atOnce;

  return {
    async take(work) {
      if (free === 0) {
        if (queue.length >= waiting) {
          throw new Unavailable('too many at once: come again', { code: 'overloaded', retryAfterMs: 2_000 });
        }
        // Whoever is done hands over their place, so that nobody who comes meanwhile takes it.
        await new Promise<void>((resolve) => queue.push(resolve));
      } else free -= 1;
      try {
        return await work();
      } finally {
        const next = queue.shift();
        if (next) next();
        else free += 1;
      }
    },
  };
}
