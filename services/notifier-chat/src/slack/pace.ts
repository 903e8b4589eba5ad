import { ProviderError } from '@tocsin/notifier-kit';
import { sleep } from '@tocsin/platform';

/** Slack takes about a message a second for each channel, and short bursts (https://docs.slack.dev/apis/web-api/rate-limits). */
const BURST = 4;
const REFILL_MS = 1_000;
/** A page waits this long for its turn; then the other ways have to do. */
const PATIENCE_MS = 2_000;
const REMEMBERED = 10_000;

/** One workspace's limits, as far as this replica knows them: what it does not know, Slack tells with a 429. */
export interface Pace {
  /** Resolves when a request may be made. Throws `rate-limited` where that is not soon, and nothing is asked meanwhile. */
  enter(method: string, channel: string, signal: AbortSignal): Promise<void>;
  /** Slack asked to be left alone. */
  hold(method: string, channel: string, forMs: number): void;
}

export function createPace(clock: () => number = Date.now): Pace {
  /** When each channel's bucket is full again. */
  const fullAt = new Map<string, number>();
  const heldUntil = new Map<string, number>();

  const place = (method: string, channel: string) => `${method} ${channel}`;
  const holdOf = (name: string, now: number) => Math.max(0, (heldUntil.get(name) ?? 0) - now);

  function forget(now: number): void {
    for (const known of [fullAt, heldUntil]) {
      if (known.size < REMEMBERED) continue;
      for (const [name, at] of known) if (at <= now) known.delete(name);
    }
  }

  return {
    async enter(method, channel, signal) {
      const now = clock();
      forget(now);
      const name = place(method, channel);
      const held = Math.max(holdOf(method, now), holdOf(name, now));
      if (held > 0) throw new ProviderError('rate-limited', 'rate-limited', held);
      const after = Math.max(fullAt.get(name) ?? 0, now) + REFILL_MS;
      const wait = after - now - BURST * REFILL_MS;
      if (wait > PATIENCE_MS) throw new ProviderError('rate-limited', 'channel-busy', wait);
      fullAt.set(name, after);
      if (wait <= 0) return;
      await sleep(wait, signal).catch(() => {
        throw new ProviderError('rate-limited', 'channel-busy', wait);
      });
    },
    hold(method, channel, forMs) {
      const now = clock();
      // Slack does not say whether it means the channel or the workspace. Of two channels at a time it is the workspace.
      const others = [...heldUntil].some(
        ([name, until]) => until > now && name.startsWith(`${method} `) && name !== place(method, channel),
      );
      heldUntil.set(others ? method : place(method, channel), now + forMs);
    },
  };
}
