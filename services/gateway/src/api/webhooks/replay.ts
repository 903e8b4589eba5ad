import { createClient, services, timestamp } from '@tocsin/platform';
import { z } from 'zod';
import { defineOperation } from '../../operations/operation.ts';
import { instantSchema } from '../fields.ts';
import { emptyBody } from '../incidents/fields.ts';
import { deliveryParams } from './delivery-view.ts';
import { webhookParams } from './webhook-view.ts';

const replayed = z.object({
  replayed: z.int().describe('Messages that are on their way again, with the ids that they have.'),
});

export const replayWebhookDelivery = defineOperation({
  id: 'webhooks.replayDelivery',
  method: 'POST',
  path: '/webhooks/{webhookId}/deliveries/{deliveryId}/replay',
  summary: 'Send one message again, whatever became of it',
  role: 'admin',
  params: deliveryParams,
  body: emptyBody,
  responses: { 202: { description: 'On its way.', body: replayed } },
  async handle({ principal: { organisationId }, params: { webhookId, deliveryId }, caller, audit }, { nc }) {
    const client = createClient(nc, services.webhooks);
    const said = { target: { kind: 'webhook', id: webhookId }, fields: ['delivery'] };
    const answer = await audit.around(said, () =>
      client.replay({ organisationId, webhookId, deliveryId }, { key: caller.requestKey }),
    );
    return { status: 202, body: { replayed: answer.replayed } };
  },
});

export const replayWebhook = defineOperation({
  id: 'webhooks.replay',
  method: 'POST',
  path: '/webhooks/{webhookId}/replay',
  summary: 'Send again what was given up or stopped',
  description: 'Of messages made since an instant; at the pace that the webhook’s messages are sent at.',
  role: 'admin',
  params: webhookParams,
  body: z.strictObject({ since: instantSchema }),
  responses: { 202: { description: 'On their way.', body: replayed } },
  async handle({ principal: { organisationId }, params: { webhookId }, body, caller, audit }, { nc }) {
    const client = createClient(nc, services.webhooks);
    const said = { target: { kind: 'webhook', id: webhookId }, fields: ['deliveries'] };
    const since = timestamp(Date.parse(body.since));
    const answer = await audit.around(said, () =>
      client.replay({ organisationId, webhookId, since }, { key: caller.requestKey, timeoutMs: 20_000 }),
    );
    return { status: 202, body: { replayed: answer.replayed } };
  },
});
