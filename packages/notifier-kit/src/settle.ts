import { sleep } from '@tocsin/platform';
import type { Kit } from './kit.ts';
import type { Attempt, LedgerRow } from './ledger/row.ts';
import { attemptAbsent, attemptTaken, LOOK_UP_GRACE_MS } from './ledger/transitions.ts';
import { toNotification } from './notification.ts';
import type { Reached } from './reach.ts';
import { stopRinging } from './stop-ringing.ts';

const LOOK_UP_TIMEOUT_MS = 4_000;
/** Longer than any clock difference that a provider's look-up allows for, and a request on top. */
const OTHERS_SINCE_MS = 30_000;

/**
 * Asks providers what became of requests that were cut off. Waits for `patienceMs` at most; what is heard later is written
 * down all the same, and the next request finds it. Returns the row as far as it is known by then.
 */
export async function settleUnknown(
  kit: Kit,
  row: LedgerRow,
  reached: Reached,
  patienceMs: number,
): Promise<LedgerRow> {
  let current = row;
  const unknown = row.attempts.filter((one) => one.outcome === 'unknown');
  const settled = new Promise<void>((resolve) => {
    kit.background.run('look-up', async () => {
      const lookUps = unknown.map(async (one) => {
        current = (await lookUp(kit, row, one, reached)) ?? current;
      });
      const results = await Promise.allSettled(lookUps);
      resolve();
      for (const one of results) {
        if (one.status === 'rejected') kit.log.warn({ err: one.reason, notification: row._id }, 'look-up failed');
      }
    });
  });
  const waited = new AbortController();
  await Promise.race([settled, sleep(patienceMs, waited.signal).catch(() => undefined)]);
  waited.abort();
  return current;
}

async function lookUp(kit: Kit, row: LedgerRow, past: Attempt, reached: Reached): Promise<LedgerRow | null> {
  const provider = kit.pool.byId(past.provider);
  if (!provider?.lookUp) return null;
  const askedAt = Date.now();
  const notification = toNotification(row, past, reached, '', row.usefulUntil.getTime());
  const timeoutMs = Math.min(LOOK_UP_TIMEOUT_MS, kit.providerTimeoutMs);
  const candidates = await provider.lookUp(
    { notification, startedAt: past.startedAt.getTime() },
    { signal: AbortSignal.timeout(timeoutMs) },
  );
  // Another page of the same person may have gone out at the same time: what a ledger row has already is not this one.
  const known = candidates.length > 0 ? await kit.ledger.knownProviderIds(provider.id, candidates) : new Set();
  const providerId = candidates.find((id) => !known.has(id));
  if (providerId === undefined) {
    if (askedAt - past.startedAt.getTime() < LOOK_UP_GRACE_MS) return null;
    return (await kit.ledger.change(row, attemptAbsent(past.n))).row;
  }
  // Without a code in it, what was found may be what was cut off for another incident. Taken for this one's where it is not, nobody
  // would be paged: it stays unknown, and goes again as a possible repeat.
  const since = new Date(past.startedAt.getTime() - OTHERS_SINCE_MS);
  if (row.code === undefined && (await kit.ledger.othersUnsettled(row, provider.id, since))) return null;
  const { possibleRepeat, n } = past;
  await kit.facts.progressed({
    key: row.key,
    attempt: n,
    receipt: 'queued',
    provider: provider.id,
    providerId,
    possibleRepeat,
    reason: '',
  });
  const { row: after } = await kit.ledger.change(row, attemptTaken(n, providerId));
  kit.log.info({ notification: row._id, provider: provider.id, attempt: n }, 'look-up found notification at provider');
  if (after.withdrawnAt !== null) stopRinging(kit, after);
  return after;
}
