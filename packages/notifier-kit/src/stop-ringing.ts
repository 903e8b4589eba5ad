import { createBackoff, sleep } from '@tocsin/platform';
import type { Kit } from './kit.ts';
import type { Attempt, LedgerRow } from './ledger/row.ts';
import { attemptEnded } from './ledger/transitions.ts';
import type { Provider } from './provider.ts';

const STOP_TIMEOUT_MS = 2_000;
const TRIES = 4;

/** Stops in the background what still rings for a row that was withdrawn. */
export function stopRinging(kit: Kit, row: LedgerRow): void {
  kit.background.run('stop-ringing', () => stopNow(kit, row));
}

/** Stops what still rings for a row, and answers how much did. What stays unstopped, a repeat of the withdrawal tries again. */
export async function stopNow(kit: Kit, row: LedgerRow): Promise<number> {
  const stopped = await Promise.all(
    row.attempts.map(async (one) => {
      const provider = kit.pool.byId(one.provider);
      if (!provider?.stop || one.outcome !== 'taken' || one.providerId === undefined || one.ended) return false;
      return stopAttempt(kit, row, one, provider, one.providerId);
    }),
  );
  return stopped.filter(Boolean).length;
}

async function stopAttempt(
  kit: Kit,
  row: LedgerRow,
  attempt: Attempt,
  provider: Provider,
  providerId: string,
): Promise<boolean> {
  const backoff = createBackoff({ baseMs: 100, maxMs: 1_000 });
  for (let tries = 1; ; tries += 1) {
    try {
      const stopped = await provider.stop!(providerId, { signal: AbortSignal.timeout(STOP_TIMEOUT_MS) });
      await kit.ledger.change(row, attemptEnded(attempt.n));
      kit.log.info({ notification: row._id, provider: provider.id, stopped }, 'withdrawn notification stopped');
      return stopped;
    } catch (err) {
      if (tries === TRIES) {
        kit.log.error({ err, notification: row._id, provider: provider.id }, 'withdrawn notification not stopped');
        return false;
      }
      await sleep(backoff.next());
    }
  }
}
