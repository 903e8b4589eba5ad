import { newId, RateLimited, toTocsinError, Unavailable } from '@tocsin/platform';
import type { Vault } from '../crypto/vault.ts';
import type { Collections } from '../store/collections.ts';

const WINDOW_MS = 15 * 60_000;

/** Failures in a quarter of an hour, over all replicas. */
const LIMITS = { network: 50, account: 10, device: 10 };

export interface Attempt {
  /** What is guessed at: an account by its index, whether it exists or not. */
  account: string;
  network: string;
  /** The device's cookie, where it has one. */
  deviceCookie: string | undefined;
}

export interface Throttle {
  /**
   * Does `work` unless too much was tried already. What it rejects with counts as a failure, unless we are to blame.
   * Guessing at an account from unknown devices stops those only: a device that signed in to it before has a count of its own, so that
   * nobody can lock the owner out (OWASP's device cookies).
   */
  attempt<T>(attempt: Attempt, work: () => Promise<T>): Promise<T>;
  /** The cookie that marks a device as known to an account. */
  deviceCookie(account: string): string;
}

export function createThrottle(
  { attempts }: Pick<Collections, 'attempts'>,
  vault: Vault,
  clock: () => number,
): Throttle {
  /** Counted before the work and given back after, so that a thousand guesses at once are a thousand. */
  async function count(id: string, most: number): Promise<void> {
    const now = new Date(clock());
    const over = { $lte: [{ $ifNull: ['$expiresAt', now] }, now] };
    const row = await attempts.findOneAndUpdate(
      { _id: id },
      [
        {
          $set: {
            count: { $cond: [over, 1, { $add: ['$count', 1] }] },
            expiresAt: { $cond: [over, new Date(now.getTime() + WINDOW_MS), '$expiresAt'] },
          },
        },
      ],
      { upsert: true, returnDocument: 'after' },
    );
    if (row!.count <= most) return;
    throw new RateLimited('too many failed sign-ins: come back later', {
      code: 'sign-in-throttled',
      retryAfterMs: row!.expiresAt.getTime() - now.getTime(),
    });
  }

  function countersOf({ account, network, deviceCookie }: Attempt): [id: string, most: number][] {
    const device = deviceCookie === undefined ? undefined : vault.verify(deviceCookie, 'device');
    if (device?.startsWith(`${account}.`)) return [[`device:${device}`, LIMITS.device]];
    return [
      [`network:${network}`, LIMITS.network],
      [`account:${account}`, LIMITS.account],
    ];
  }

  async function forgive(ids: string[]): Promise<void> {
    await attempts.updateMany({ _id: { $in: ids }, count: { $gt: 0 } }, { $inc: { count: -1 } });
  }

  return {
    async attempt(attempt, work) {
      const counters = countersOf(attempt);
      for (const [id, most] of counters) await count(id, most);
      const giveBack = () => forgive(counters.map(([id]) => id));
      try {
        const result = await work();
        await giveBack();
        return result;
      } catch (error) {
        // What we could not look at was no guess.
        if (toTocsinError(error) instanceof Unavailable) await giveBack().catch(() => undefined);
        throw error;
      }
    },
    deviceCookie: (account) => vault.sign(`${account}.${newId()}`, 'device'),
  };
}
