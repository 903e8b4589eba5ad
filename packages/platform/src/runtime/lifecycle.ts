import type { Logger } from './log.ts';

export interface Lifecycle {
  add(name: string, stop: () => Promise<void>): void;
  stop(): Promise<void>;
}

const boundMs = 10_000;

/** What was opened is closed in the opposite order. A part that fails or hangs delays the others by at most 10 s. */
export function createLifecycle(log: Logger): Lifecycle {
  const parts: { name: string; stop: () => Promise<void> }[] = [];
  let stopping: Promise<void> | undefined;

  async function stopAll(): Promise<void> {
    for (let part = parts.pop(); part; part = parts.pop()) {
      const { promise: late, resolve } = Promise.withResolvers<'late'>();
      const timer = setTimeout(resolve, boundMs, 'late');
      try {
        if ((await Promise.race([part.stop(), late])) === 'late')
          log.error({ part: part.name }, 'part did not stop in time');
      } catch (err) {
        log.error({ err, part: part.name }, 'part failed to stop');
      } finally {
        clearTimeout(timer);
      }
    }
  }

  return {
    add: (name, stop) => void parts.push({ name, stop }),
    stop: () => {
      stopping ??= stopAll();
      return stopping;
    },
  };
}
