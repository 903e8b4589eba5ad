import { Conflict, InvalidInput, millis, NotFound } from '@tocsin/platform';
import type { ReplayRequest } from '@tocsin/proto/webhook/v1';
import type { Collections, WebhookRow } from '../store/collections.ts';
import { findWebhook } from '../subscriptions/change-webhook.ts';

type Wish = Pick<ReplayRequest, 'organisationId' | 'webhookId' | 'deliveryId' | 'since'>;

/**
 * Has messages sent again, with the ids that they have: one, or all that were given up or stopped. Resolves with how many.
 * @throws InvalidInput, NotFound, Conflict where the webhook is disabled
 */
export async function replay(collections: Collections, wish: Wish): Promise<number> {
  const webhook = await findWebhook(collections, wish);
  if (!webhook.enabled) {
    throw new Conflict('the webhook is disabled: enable it first', { code: 'webhook-disabled', field: 'webhook_id' });
  }
  if (wish.deliveryId !== '') return replayOne(collections, webhook, wish.deliveryId);
  const since = millis(wish.since);
  if (since === undefined) {
    throw new InvalidInput('say which: one delivery, or since when', { code: 'replay-missing', field: 'since' });
  }
  const { modifiedCount } = await collections.deliveries.updateMany(
    {
      webhookId: webhook._id,
      createdAt: { $gte: new Date(since) },
      $or: [{ state: 'failed' }, { state: 'pending', generation: { $ne: webhook.generation } }],
    },
    { $set: again(webhook) },
  );
  return modifiedCount;
}

async function replayOne({ deliveries }: Collections, webhook: WebhookRow, id: string): Promise<number> {
  const _id = `${webhook._id}/${id}`;
  const { modifiedCount } = await deliveries.updateOne(
    { _id, $or: [{ lease: null }, { dueAt: { $lte: new Date() } }] },
    { $set: again(webhook) },
  );
  if (modifiedCount > 0) return modifiedCount;
  if (await deliveries.findOne({ _id }, { projection: { _id: 1 } })) {
    throw new Conflict('it is being sent at this moment', { code: 'delivery-under-way', field: 'delivery_id' });
  }
  throw new NotFound('there is no such delivery (any more)', { code: 'delivery-unknown', field: 'delivery_id' });
}

function again({ generation }: WebhookRow) {
  return { state: 'pending' as const, generation, dueAt: new Date(), tries: 0, lease: null };
}
