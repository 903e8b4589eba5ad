import { RateLimited } from '@tocsin/platform';
import type { Response } from 'express';

export interface Limit {
  /** Constant, such as `principal`. */
  name: string;
  requests: number;
  windowSeconds: number;
}

interface Window {
  count: number;
  endsAt: number;
}

/** So many windows are remembered at most; beyond that the oldest are forgotten, which forgives and never refuses. */
const MOST_REMEMBERED = 100_000;

/** Counts requests of one replica in fixed windows. What must hold over all replicas is counted in the store (`auth/throttle.ts`). */
export function createRateLimit(limit: Limit, clock: () => number) {
  const windows = new Map<string, Window>();

  function windowOf(who: string, now: number): Window {
    const known = windows.get(who);
    if (known && known.endsAt > now) return known;
    windows.delete(who);
    const [oldest] = windows.keys();
    if (windows.size >= MOST_REMEMBERED && oldest !== undefined) windows.delete(oldest);
    const fresh = { count: 0, endsAt: now + limit.windowSeconds * 1_000 };
    windows.set(who, fresh);
    return fresh;
  }

  return {
    /** Counts a request, says in its headers (draft-ietf-httpapi-ratelimit-headers-10) what is left, and refuses what is too much. */
    take(who: string, res: Response): void {
      const now = clock();
      const window = windowOf(who, now);
      window.count += 1;
      const left = Math.max(0, limit.requests - window.count);
      const seconds = Math.ceil((window.endsAt - now) / 1_000);
      res.set('RateLimit-Policy', `"${limit.name}";q=${limit.requests};w=${limit.windowSeconds}`);
      res.set('RateLimit', `"${limit.name}";r=${left};t=${seconds}`);
      if (window.count > limit.requests) {
        throw new RateLimited(`more than ${limit.requests} requests in ${limit.windowSeconds} s`, {
          code: 'rate-limited',
          retryAfterMs: window.endsAt - now,
        });
      }
    },
  };
}

export type RateLimit = ReturnType<typeof createRateLimit>;
