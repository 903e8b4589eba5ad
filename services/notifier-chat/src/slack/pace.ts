import { ProviderError } from '@tocsin/notifier-kit';

/** Slack takes about a message a second for each channel, and short bursts (https://docs.slack.dev/apis/web-api/rate-limits). */
const BURST = 4;
const REFILL_MS = 1_000;
const POSTING = 'chat.postMessage';
const REMEMBERED = 10_000;

/** One workspace's limits, as far as this replica knows them: what it does not know, Slack tells with a 429. */
export interface Pace {
  /**
   * Throws `rate-limited` where no request may be made now. Nothing waits here: a page's words are good for a quarter of a second, so
   * whoever wants it sent asks again, with fresh ones.
   */
  enter(method: string, channel: string): void;
  /** Slack asked to be left alone. */
  hold(method: string, channel: string, forMs: number): void;
}

export function createPace(clock: () => number = Date.now): Pace {
  /** When each channel's burst is whole again. */
  const wholeAt = new Map<string, number>();
  const heldUntil = new Map<string, number>();

  const place = (method: string, channel: string) => `${method} ${channel}`;
  const holdOf = (name: string, now: number) => Math.max(0, (heldUntil.get(name) ?? 0) - now);

  function forget(now: number): void {
    for (const known of [wholeAt, heldUntil]) {
      if (known.size < REMEMBERED) continue;
      for (const [name, at] of known) if (at <= now) known.delete(name);
    }
  }

  return {
    enter(method, channel) {
      const now = clock();
      forget(now);
      const held = Math.max(holdOf(method, now), holdOf(place(method, channel), now));
      if (held > 0) throw new ProviderError('rate-limited', 'rate-limited', held);
      // Changes of messages are limited for the workspace alone, and Slack says when.
      if (method !== POSTING) return;
      const after = Math.max(wholeAt.get(channel) ?? 0, now) + REFILL_MS;
      const early = after - now - BURST * REFILL_MS;
      if (early > 0) throw new ProviderError('rate-limited', 'channel-busy', early);
      wholeAt.set(channel, after);
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
