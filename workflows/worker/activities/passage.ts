/** Lets so many attempts go at once through one channel's path, and fewer when the path turns out too slow for them. */
export interface Passage {
  /** True when the attempt may go: `leave` follows. False when it may not within `withinMs`, or is not wanted any more. */
  enter(withinMs: number, signal: AbortSignal): Promise<boolean>;
  leave(): void;
  /** The path was in time. */
  widen(): void;
  /** The path took so long that the words went stale. Heard many times at once, it counts once. */
  narrow(): void;
}

export interface PassageOptions {
  /** How many at once to begin with. */
  first: number;
  most: number;
  least: number;
  /** How long one narrowing stands before the next: what is under way was let in by the wider passage. */
  settleMs: number;
}

/**
 * Words are fresh for a moment only. Where too many attempts go at once, all of their words are stale before any provider is
 * asked, again and again, and nobody is paged at all. So the passage halves when that happens, and widens by one with each
 * attempt that was in time. In order of arrival.
 */
export function createPassage({ first, most, least, settleMs }: PassageOptions): Passage {
  let width = first;
  let inside = 0;
  let narrowedAt = Number.NEGATIVE_INFINITY;
  const waiting = new Set<() => void>();

  function letIn(): void {
    for (const go of waiting) {
      if (inside >= width) return;
      waiting.delete(go);
      inside += 1;
      go();
    }
  }

  return {
    async enter(withinMs, signal) {
      if (signal.aborted) return false;
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const go = () => resolve(true);
      const giveUp = () => {
        if (waiting.delete(go)) resolve(false);
      };
      const timer = setTimeout(giveUp, withinMs);
      signal.addEventListener('abort', giveUp);
      waiting.add(go);
      letIn();
      try {
        return await promise;
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
      }
    },
    leave() {
      inside -= 1;
      letIn();
    },
    widen() {
      width = Math.min(most, width + 1);
      letIn();
    },
    narrow() {
      const now = performance.now();
      if (now - narrowedAt < settleMs) return;
      narrowedAt = now;
      width = Math.max(least, Math.floor(Math.min(width, Math.max(inside, least)) / 2));
    },
  };
}
