import { crashPoint, NotFound } from '@tocsin/platform';
import { type DeliverRequest, Outcome } from '@tocsin/proto/notifier/v1';
import { attempt } from './attempt.ts';
import {
  type Delivered,
  type Delivery,
  inProgress,
  parseDelivery,
  RECORD_MS,
  said,
  standing,
  tooLate,
} from './delivery.ts';
import type { Kit } from './kit.ts';
import { isFinal, type LedgerRow, lostBy } from './ledger/row.ts';
import { release, takeOver, UNSETTLED_MS } from './ledger/transitions.ts';
import { type Reached, reach } from './reach.ts';
import { settleUnknown } from './settle.ts';

/** How long the roster is given; within it a replica that is starting answers. */
const ROSTER_TIMEOUT_MS = 2_000;
/**
 * Delivers one notification, once over all replicas and repeats of the request. The row is written before the first provider
 * is asked, and it goes from provider to provider until one takes it. What a request leaves undone the next one goes on with.
 */
export async function deliver(kit: Kit, request: DeliverRequest, ctx: { deadlineAt: number }): Promise<Delivered> {
  const delivery = parseDelivery(request, ctx.deadlineAt, kit.providerTimeoutMs);
  const { key } = delivery;
  // The words are fresh for a quarter of a second: what can be asked at the same time is.
  const reaching = reachOrSay(kit, delivery);
  const known = await kit.ledger.find(key.id);
  const early = known && standing(known);
  if (early) return early;
  const late = tooLate(delivery, known);
  if (late) return late;
  const reached = await reaching;
  if ('outcome' in reached) return reached;
  if (!known) return goThrough(kit, delivery, reached, null);
  return resume(kit, delivery, reached, known);
}

/** Goes on with a row that somebody left: takes it over, and first hears what became of requests that were cut off. */
async function resume(kit: Kit, delivery: Delivery, reached: Reached, found: LedgerRow): Promise<Delivered> {
  const { holder, leaseMs, goUntil } = delivery;
  const taken = await kit.ledger.change(found, takeOver(holder, Date.now(), leaseMs));
  if (!taken.changed) return standing(taken.row) ?? inProgress(taken.row);
  await crashPoint(`notifier-${kit.channel}.taken-over`);
  let row = taken.row;
  if (row.attempts.some((one) => one.outcome === 'unknown')) {
    // A look-up may hang where the provider hangs: half of the time is left to go another way.
    row = await settleUnknown(kit, row, reached, Math.max(50, (goUntil - Date.now()) / 2));
    if (isFinal(row.state)) return standing(row) ?? inProgress(row);
  }
  return goThrough(kit, delivery, reached, row);
}

/** Asks providers in turn until one takes it, the person's side refuses, or time is up. */
async function goThrough(kit: Kit, delivery: Delivery, reached: Reached, from: LedgerRow | null): Promise<Delivered> {
  let row = from;
  const all = kit.pool.order(row?.attempts ?? [], Date.now());
  const providers = all.filter((one) => one.serves?.(reached.address) ?? true);
  if (all.length > 0 && providers.length === 0) {
    kit.log.error({ notification: delivery.key.id }, 'no provider is set up for this address');
    if (row) await kit.ledger.change(row, release(delivery.holder));
    return said(Outcome.REFUSED, 'no-provider-for-address', row);
  }
  for (const provider of providers) {
    if (row && (lostBy(row, provider.id) || awaitsNews(row, provider.id))) continue;
    const late = tooLate(delivery, row);
    if (late) {
      if (row) await kit.ledger.change(row, release(delivery.holder));
      return late;
    }
    const result = await attempt(kit, delivery, reached, row, provider);
    if (result.done) return result.answer;
    row = result.row;
  }
  if (!row) return said(Outcome.FAILED, 'no-provider', null);
  const { row: left } = await kit.ledger.change(row, release(delivery.holder));
  const answer = standing(left);
  if (answer) return answer;
  if (left.attempts.some((one) => one.outcome === 'unknown')) return said(Outcome.IN_PROGRESS, 'outcome-unknown', left);
  const reason = left.attempts.at(-1)?.reason ?? 'no-provider';
  const everybodyLostIt = providers.every((one) => lostBy(left, one.id));
  return said(everybodyLostIt ? Outcome.UNDELIVERED : Outcome.FAILED, reason, left);
}

/** What a provider may have already is not sent through it again before that is known, or can no longer be hoped for. */
function awaitsNews(row: LedgerRow, provider: string): boolean {
  const now = Date.now();
  return row.attempts.some(
    (one) => one.provider === provider && one.outcome === 'unknown' && now - one.startedAt.getTime() < UNSETTLED_MS,
  );
}

/** The address; or, where there is none, the answer to give. Silence is not emptiness: it is asked again. */
async function reachOrSay(kit: Kit, { key, words, deadlineAt }: Delivery): Promise<Reached | Delivered> {
  const timeoutMs = Math.max(1, Math.min(ROSTER_TIMEOUT_MS, deadlineAt - RECORD_MS - Date.now()));
  try {
    const reached = await reach(kit.roster, key, words.ownerPersonId, timeoutMs);
    return reached.address === '' ? said(Outcome.REFUSED, 'no-address', null) : reached;
  } catch (err) {
    if (err instanceof NotFound) return said(Outcome.REFUSED, 'no-address', null);
    kit.log.warn({ err, notification: key.id }, 'roster gave no address');
    return said(Outcome.FAILED, 'roster-silent', null);
  }
}
