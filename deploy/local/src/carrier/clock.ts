/** Epoch milliseconds that never go back, and timers that all end with the carrier. */
export interface Clock {
  now(): number;
  /** Runs `work` after `delayMs`; the returned function calls it off. */
  after(delayMs: number, work: () => void): () => void;
  /** Resolves after `delayMs`; rejects at once when the signal aborts. Never settles once the clock has stopped. */
  wait(delayMs: number, signal: AbortSignal): Promise<void>;
  stop(): void;
}

export function createClock(): Clock {
  const timers = new Set<NodeJS.Timeout>();
  let last = 0;
  let stopped = false;

  function after(delayMs: number, work: () => void): () => void {
    if (stopped) return () => {};
    const timer = setTimeout(() => {
      timers.delete(timer);
      work();
    }, delayMs);
    timers.add(timer);
    return () => {
      clearTimeout(timer);
      timers.delete(timer);
    };
  }

  return {
    now() {
      last = Math.max(last, Date.now());
      return last;
    },
    after,
    wait(delayMs, signal) {
      return new Promise((resolve, reject) => {
        signal.throwIfAborted();
        const onAbort = () => {
          cancel();
          reject(signal.reason);
        };
        const cancel = after(delayMs, () => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        });
        signal.addEventListener('abort', onAbort, { once: true });
      });
    },
    stop() {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}
