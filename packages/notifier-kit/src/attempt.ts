import { crashPoint, currentTraceparent, inSpan } from '@tocsin/platform';
import { Outcome } from '@tocsin/proto/notifier/v1';
import { type Delivered, type Delivery, inProgress, RECORD_MS, said, standing, tooLate } from './delivery.ts';
import { forgetLater } from './forget.ts';
import type { Kit } from './kit.ts';
import type { Attempt, LedgerRow } from './ledger/row.ts';
import { attemptFailed, attemptTaken, beginAttempt, takeBackAttempt } from './ledger/transitions.ts';
import { notifierMetrics } from './metrics.ts';
import { toNotification } from './notification.ts';
import { AddressGone, type Notification, type Provider, ProviderError } from './provider.ts';
import type { Reached } from './reach.ts';
import { reviseLater } from './revise.ts';
import { stopRinging } from './stop-ringing.ts';
import { hashToken, newToken } from './tokens.ts';

const KEPT_MS = 90 * 24 * 3_600_000;
/** A code is in its words: they go once it is good for nothing. */
const CODE_KEPT_MS = 3_600_000;

type AttemptResult = { done: true; answer: Delivered } | { done: false; row: LedgerRow };

/**
 * One request to one provider. The attempt is in the ledger before the request is made, so that whatever crashes in between,
 * somebody knows that the provider may have it.
 */
export async function attempt(
  kit: Kit,
  delivery: Delivery,
  reached: Reached,
  row: LedgerRow | null,
  provider: Provider,
): Promise<AttemptResult> {
  const token = newToken();
  const begun = await begin(kit, delivery, row, newAttempt(row, provider, token));
  if ('answer' in begun) return { done: true, answer: begun.answer };
  const written = begun.row;
  const current = written.attempts.at(-1)!;
  // Writing took time, and a withdrawal or the end of that time may have come meanwhile.
  const withdrawn = await kit.withdrawals.covers(delivery.key);
  const stop = withdrawn ? said(Outcome.WITHDRAWN, 'withdrawn', row) : tooLate(delivery, row);
  if (stop) {
    await kit.ledger.change(written, takeBackAttempt(current.n, withdrawn ? new Date() : null));
    return { done: true, answer: stop };
  }
  await crashPoint(`notifier-${kit.channel}.calling`);
  const notification = toNotification(written, current, reached, token, delivery.usefulUntil);
  const timeoutMs = Math.max(1, Math.min(kit.providerTimeoutMs, delivery.deadlineAt - RECORD_MS - Date.now()));
  try {
    const { providerId } = await send(kit, provider, notification, timeoutMs);
    await crashPoint(`notifier-${kit.channel}.called`);
    kit.pool.succeeded(provider.id);
    return await recordTaken(kit, written, current, providerId);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    if (error instanceof AddressGone) forgetLater(kit, written.key, reached.address);
    return recordFailure(kit, written, current, error);
  }
}

/** The request itself, counted and a span of its own. */
function send(kit: Kit, provider: Provider, notification: Notification, timeoutMs: number) {
  const { channel, telemetry } = kit;
  const count = telemetry.metrics.duration(notifierMetrics.requests);
  const labels = { channel, provider: provider.id };
  const attributes = { 'tocsin.channel': channel, 'tocsin.provider': provider.id, 'tocsin.kind': notification.kind };
  const spec = { scope: telemetry.service, name: `send ${channel}`, kind: 'client', attributes } as const;
  return inSpan(spec, async (span) => {
    const startedAt = performance.now();
    let outcome = 'failed-by-a-bug';
    try {
      const taken = await provider.send(notification, { signal: AbortSignal.timeout(timeoutMs) });
      outcome = 'taken';
      return taken;
    } catch (error) {
      if (error instanceof ProviderError) outcome = error.kind;
      throw error;
    } finally {
      count({ ...labels, outcome }, (performance.now() - startedAt) / 1_000);
      span?.set({ 'tocsin.outcome': outcome });
    }
  });
}

/** Writes the attempt: with a new row, which is the claim, or into the one that is held. */
async function begin(
  kit: Kit,
  delivery: Delivery,
  row: LedgerRow | null,
  current: Attempt,
): Promise<{ row: LedgerRow } | { answer: Delivered }> {
  const { holder, leaseMs } = delivery;
  if (row) {
    const begun = await kit.ledger.change(row, beginAttempt(holder, current, leaseMs));
    if (begun.changed) return { row: begun.row };
    return { answer: standing(begun.row) ?? inProgress(begun.row) };
  }
  for (;;) {
    const fresh = newRow(kit, delivery, current);
    const inserted = await kit.ledger.insert(fresh);
    if (inserted === 'inserted') return { row: fresh };
    if (inserted === 'code-in-use') continue;
    const other = await kit.ledger.find(delivery.key.id);
    return { answer: (other && standing(other)) ?? inProgress(other) };
  }
}

async function recordTaken(kit: Kit, row: LedgerRow, current: Attempt, providerId: string): Promise<AttemptResult> {
  const { provider, possibleRepeat, n } = current;
  // Told before the row says so: a crash in between leaves the row to be settled, which tells the same fact again.
  await kit.facts.progressed({
    key: row.key,
    attempt: n,
    receipt: 'queued',
    provider,
    providerId,
    possibleRepeat,
    reason: '',
  });
  const { row: after } = await kit.ledger.change(row, attemptTaken(n, providerId));
  kit.log.info({ notification: row._id, provider, attempt: n, possibleRepeat }, 'notification taken by provider');
  if (after.withdrawnAt !== null) stopRinging(kit, after);
  // It was answered while it was on its way.
  if (after.revision) reviseLater(kit, after);
  // Its receipt may have been faster, and say that it did not arrive: then another is asked.
  return resultFrom(after);
}

async function recordFailure(kit: Kit, row: LedgerRow, current: Attempt, error: ProviderError): Promise<AttemptResult> {
  const { provider, possibleRepeat, n } = current;
  const { kind, reason } = error;
  kit.pool.failed(provider, error, Date.now());
  const fields = { notification: row._id, provider, attempt: n, kind, reason };
  if (kind === 'auth') kit.log.error(fields, 'provider refuses our account');
  else kit.log.warn(fields, 'provider did not take notification');
  const outcome = kind === 'unknown' ? 'unknown' : kind === 'invalid-target' ? 'refused' : 'failed';
  if (outcome !== 'failed') {
    const receipt = outcome === 'unknown' ? 'unknown' : 'failed';
    await kit.facts.progressed({ key: row.key, attempt: n, receipt, provider, providerId: '', possibleRepeat, reason });
  }
  const { row: after } = await kit.ledger.change(row, attemptFailed(n, outcome, reason));
  return resultFrom(after);
}

/** The lease is our own here, and no reason to wait. */
function resultFrom(row: LedgerRow): AttemptResult {
  const answer = standing({ ...row, lease: null });
  return answer ? { done: true, answer } : { done: false, row };
}

function newAttempt(row: LedgerRow | null, provider: Provider, token: string): Attempt {
  const before = row?.attempts ?? [];
  return {
    provider: provider.id,
    n: Math.max(0, ...before.map((one) => one.n)) + 1,
    startedAt: new Date(),
    outcome: 'calling',
    possibleRepeat: before.some((one) => one.outcome === 'unknown' || one.outcome === 'absent'),
    tokenHash: hashToken(token),
  };
}

function newRow(kit: Kit, delivery: Delivery, current: Attempt): LedgerRow {
  const { key, words, holder, leaseMs, usefulUntil } = delivery;
  const createdAt = new Date();
  const trace = currentTraceparent();
  return {
    _id: key.id,
    rev: 1,
    key,
    state: 'calling',
    lease: { holder, until: new Date(createdAt.getTime() + leaseMs) },
    attempts: [current],
    words,
    ...(kit.newCode && key.kind === 'page' ? { code: kit.newCode() } : {}),
    usefulUntil: new Date(usefulUntil),
    reason: '',
    withdrawnAt: null,
    createdAt,
    ...(trace ? { trace } : {}),
    expireAt: new Date(createdAt.getTime() + (key.kind === 'code' ? CODE_KEPT_MS : KEPT_MS)),
  };
}
