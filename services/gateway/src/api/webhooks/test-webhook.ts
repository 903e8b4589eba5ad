import { createClient, services } from '@tocsin/platform';
import { defineOperation } from '../../operations/operation.ts';
import { emptyBody } from '../incidents/fields.ts';
import { deliverySchema, deliveryView } from './delivery-view.ts';
import { webhookParams } from './webhook-view.ts';

export const testWebhook = defineOperation({
  id: 'webhooks.test',
  method: 'POST',
  path: '/webhooks/{webhookId}/test',
  summary: 'Send a test message',
  description: 'Of type `webhook.test`, whatever types the webhook asks for; tried once.',
  role: 'admin',
  params: webhookParams,
  body: emptyBody,
  responses: {
    202: { description: 'On its way; what came of it is in the deliveries.', body: deliverySchema },
  },
  async handle({ principal: { organisationId }, params: { webhookId }, caller, audit }, { nc }) {
    const client = createClient(nc, services.webhooks);
    const delivery = await audit.around({ target: { kind: 'webhook', id: webhookId } }, () =>
      client.testWebhook({ organisationId, webhookId }, { key: caller.requestKey }),
    );
    return { status: 202, body: deliveryView(delivery) };
  },
});
