import { patienceMs, retryDelayMs } from '../core/schedule.ts';
import type { AttemptRow, Collections, DeliveryRow, WebhookRow } from '../store/collections.ts';
import type { Attempted } from './send-message.ts';
import type { SendSettings } from './settings.ts';

const ATTEMPTS_KEPT = 20;
/** Asked to be left alone for longer, a receiver is asked again by then all the same. */
const LONGEST_PAUSE_MS = 3_600_000;

export interface SettleDeps {
  collections: Collections;
  settings: SendSettings;
  disable(webhook: WebhookRow, because: 'failing' | 'gone'): Promise<void>;
}

/**
 * Stores what came of an attempt: first of the webhook, then of the message, so that a crash in between repeats the attempt and
 * forgets nothing.
 */
export async function settle(
  deps: SettleDeps,
  webhook: WebhookRow,
  row: DeliveryRow,
  attempted: Attempted,
): Promise<void> {
  if (attempted.taken) await noteTaken(deps.collections, webhook);
  else if (attempted.reason !== 'cut-by-a-stop') await noteFailure(deps, webhook, row, attempted);
  await deps.collections.deliveries.updateOne(
    // Whose lease ran out meanwhile has nothing to say: somebody else is at it.
    { _id: row._id, lease: row.lease },
    {
      $set: { lease: null, ...next(deps.settings, row, attempted) },
      $push: { attempts: { $each: [attemptRow(attempted)], $slice: -ATTEMPTS_KEPT } },
    },
  );
}

function next({ retryDelaysMs }: SendSettings, { tries, once }: DeliveryRow, attempted: Attempted) {
  if (attempted.taken) return { state: 'delivered' as const, tries: tries + 1 };
  // It was our own doing: it does not count.
  if (attempted.reason === 'cut-by-a-stop') return { dueAt: new Date() };
  const delayMs = once ? null : retryDelayMs(retryDelaysMs, tries + 1, Math.random());
  if (delayMs === null) return { state: 'failed' as const, tries: tries + 1 };
  const wait = Math.max(delayMs, pauseMs(attempted));
  return { tries: tries + 1, dueAt: new Date(Date.now() + wait) };
}

async function noteTaken({ webhooks }: Collections, { _id }: WebhookRow): Promise<void> {
  await webhooks.updateOne({ _id }, { $set: { failingSince: null, lastDeliveredAt: new Date() } });
}

async function noteFailure(
  { collections: { webhooks }, settings, disable }: SettleDeps,
  webhook: WebhookRow,
  { once }: DeliveryRow,
  attempted: Attempted,
): Promise<void> {
  if (attempted.reason === 'gone') return disable(webhook, 'gone');
  const now = new Date();
  const pause = pauseMs(attempted);
  const noted = {
    ...(once ? {} : { failingSince: { $ifNull: ['$failingSince', now] } }),
    ...(pause > 0 ? { pausedUntil: new Date(now.getTime() + pause) } : {}),
  };
  if (Object.keys(noted).length === 0) return;
  const { _id, generation } = webhook;
  const enabled = { _id, enabled: true, generation };
  const changed = await webhooks.findOneAndUpdate(enabled, [{ $set: noted }], { returnDocument: 'after' });
  if (once || !changed?.failingSince) return;
  const failedForMs = now.getTime() - changed.failingSince.getTime();
  if (failedForMs >= patienceMs(settings.retryDelaysMs)) await disable(changed, 'failing');
}

function pauseMs({ retryAfterMs = 0 }: Attempted): number {
  return Math.min(retryAfterMs, LONGEST_PAUSE_MS);
}

function attemptRow({ status, latencyMs, reason }: Attempted): AttemptRow {
  return { at: new Date(Date.now() - latencyMs), status, latencyMs, reason };
}
