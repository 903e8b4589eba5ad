import { Conflict, insertEach } from '@tocsin/platform';
import { TEST_TYPE } from '../core/catalogue.ts';
import { createMessage } from '../core/message.ts';
import type { Collections, DeliveryRow, WebhookRow } from '../store/collections.ts';
import { deliveryRow } from '../store/deliveries.ts';
import { findWebhook } from '../subscriptions/change-webhook.ts';

/**
 * Has a message sent that says it is a test: of no type that somebody asks for, tried once. The same request again is the same test.
 * @throws NotFound, Conflict where the webhook is disabled
 */
export async function testWebhook(
  collections: Collections,
  named: { organisationId: string; webhookId: string },
  requestKey: string,
): Promise<{ webhook: WebhookRow; row: DeliveryRow }> {
  const webhook = await findWebhook(collections, named);
  const { _id: id, organisationId, name, enabled } = webhook;
  if (!enabled) {
    throw new Conflict('the webhook is disabled: enable it first', { code: 'webhook-disabled', field: 'webhook_id' });
  }
  const data = { organisationId, webhook: { id, name } };
  const message = createMessage(`${id}/test/${requestKey}`, { type: TEST_TYPE, at: new Date(), data });
  const row = deliveryRow(webhook, message, { once: true });
  await insertEach(collections.deliveries, [row]);
  return { webhook, row: (await collections.deliveries.findOne({ _id: row._id })) ?? row };
}
