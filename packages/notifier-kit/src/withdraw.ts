import { crashPoint, InvalidInput, sleep } from '@tocsin/platform';
import type { WithdrawRequest } from '@tocsin/proto/notifier/v1';
import type { Kit } from './kit.ts';
import type { WithdrawalScope } from './ledger/ledger.ts';
import type { LedgerRow } from './ledger/row.ts';
import { cutOff } from './ledger/transitions.ts';
import { reach } from './reach.ts';
import { settleUnknown } from './settle.ts';
import { stopNow } from './stop-ringing.ts';

/** How long the caller waits for phones to fall silent; they are silenced all the same. */
const PATIENCE_MS = 1_500;
const REQUEST_POLL_MS = 200;

/**
 * Keeps pages from being sent and stops what rings. The mark comes first, then the rows: a delivery that began before sees its
 * row change, one that begins later sees the mark, and one whose request is under way stops its own call when it hears of it.
 */
export async function withdraw(
  kit: Kit,
  request: WithdrawRequest,
  ctx: { deadlineAt: number },
): Promise<{ stopped: number }> {
  const scope = parseScope(request);
  const at = new Date();
  await kit.withdrawals.mark(scope, at);
  await crashPoint(`notifier-${kit.channel}.withdrawal-marked`);
  await kit.ledger.withdraw(scope, at);
  if (!kit.pool.canStop) return { stopped: 0 };
  let stopped = 0;
  const rows = await kit.ledger.withdrawnAndOpen(scope);
  const silence = new Promise<void>((resolve) => {
    kit.background.run('withdrawal', async () => {
      const stops = rows.map(async (row) => {
        const count = await stopNow(kit, row);
        stopped += count;
        await lookForCutOff(kit, row);
      });
      await Promise.allSettled(stops);
      resolve();
    });
  });
  await Promise.race([silence, sleep(Math.max(0, Math.min(PATIENCE_MS, ctx.deadlineAt - Date.now() - 200)))]);
  return { stopped };
}

/** A call whose request was cut off may ring too: the look-up that finds it stops it. */
async function lookForCutOff(kit: Kit, withdrawn: LedgerRow): Promise<void> {
  const row = await requestsEnded(kit, withdrawn);
  if (!row?.attempts.some((one) => one.outcome === 'unknown')) return;
  const reached = await reach(kit.roster, row.key, '', PATIENCE_MS);
  await settleUnknown(kit, row, reached, PATIENCE_MS);
}

/** Whoever was making a request writes down what became of it, or dies over it: then it is cut off when their lease runs out. */
async function requestsEnded(kit: Kit, row: LedgerRow): Promise<LedgerRow | null> {
  let current: LedgerRow | null = row;
  while (current?.attempts.some((one) => one.outcome === 'calling')) {
    const { changed, row: after } = await kit.ledger.change(current, cutOff(Date.now()));
    if (changed) return after;
    await sleep(REQUEST_POLL_MS);
    current = await kit.ledger.find(row._id);
  }
  return current;
}

function parseScope(request: WithdrawRequest): WithdrawalScope {
  const { incidentId, escalationId, throughRound, personId, layer } = request;
  if (incidentId === '') throw new InvalidInput('incident_id is missing', { code: 'id-missing', field: 'incident_id' });
  if (escalationId === '') {
    throw new InvalidInput('escalation_id is missing', { code: 'id-missing', field: 'escalation_id' });
  }
  return { incidentId, escalationId, throughRound, personId: personId === '' ? null : personId, layer };
}
