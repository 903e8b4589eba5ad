import type { Provider, ProviderErrorKind } from './provider.ts';

const FAILURES_THAT_OPEN = 5;
const OPEN_FOR_MS = 30_000;

/** Which provider to ask first. A provider in trouble is asked last, never left out: it may be the only one that works. */
export interface ProviderPool {
  /** Those with the fewest attempts first, so that a resumed notification goes on; among equals those not in trouble. */
  order(attempts: readonly { provider: string }[], now: number): Provider[];
  byId(id: string): Provider | undefined;
  /** True where any of them can stop what is under way. */
  readonly canStop: boolean;
  readonly ids: readonly string[];
  /** In trouble now: asked last. */
  isResting(id: string, now: number): boolean;
  succeeded(id: string): void;
  failed(id: string, error: { kind: ProviderErrorKind; retryAfterMs?: number | undefined }, now: number): void;
}

export function createProviderPool(providers: readonly Provider[]): ProviderPool {
  const health = new Map(providers.map((one) => [one.id, { failures: 0, openUntil: 0 }]));
  const byId = new Map(providers.map((one) => [one.id, one]));
  if (byId.size !== providers.length) throw new Error('two providers have the same id');
  const isResting = (id: string, now: number) => (health.get(id)?.openUntil ?? 0) > now;
  return {
    order(attempts, now) {
      const used = (id: string) => attempts.filter((one) => one.provider === id).length;
      const last = (id: string) => (isResting(id, now) ? 1 : 0);
      return [...providers].sort((a, b) => used(a.id) - used(b.id) || last(a.id) - last(b.id));
    },
    byId: (id) => byId.get(id),
    canStop: providers.some((one) => one.capabilities.stop),
    ids: providers.map((one) => one.id),
    isResting,
    succeeded(id) {
      health.set(id, { failures: 0, openUntil: 0 });
    },
    failed(id, error, now) {
      // The address is to blame, not the provider.
      if (error.kind === 'invalid-target') return;
      const failures = (health.get(id)?.failures ?? 0) + 1;
      const rest = Math.max(error.retryAfterMs ?? 0, failures >= FAILURES_THAT_OPEN ? OPEN_FOR_MS : 0);
      health.set(id, { failures, openUntil: rest > 0 ? now + Math.min(rest, OPEN_FOR_MS) : 0 });
    },
  };
}
