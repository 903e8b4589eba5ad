import type { Message } from '../core/message.ts';
import type { DeliveryRow, WebhookRow } from './collections.ts';

/** A message for a webhook, due at once. */
export function deliveryRow(
  { _id: webhookId, generation }: Pick<WebhookRow, '_id' | 'generation'>,
  { id: messageId, type, incidentId, body }: Message,
  { once = false }: { once?: boolean } = {},
): DeliveryRow {
  const now = new Date();
  return {
    _id: `${webhookId}/${messageId}`,
    webhookId,
    messageId,
    type,
    incidentId,
    body,
    state: 'pending',
    generation,
    createdAt: now,
    dueAt: now,
    lease: null,
    tries: 0,
    once,
    attempts: [],
  };
}
