import { createClient, services } from '@tocsin/platform';
import { defineOperation } from '../../operations/operation.ts';
import { pageOf, pageQuery } from '../paging.ts';
import { deliverySchema, deliveryStateSchema, deliveryView } from './delivery-view.ts';
import { webhookParams } from './webhook-view.ts';

export const listWebhookDeliveries = defineOperation({
  id: 'webhooks.listDeliveries',
  method: 'GET',
  path: '/webhooks/{webhookId}/deliveries',
  summary: 'What a webhook was sent and what came of each attempt, newest first',
  description: 'Of the last 30 days.',
  role: 'admin',
  params: webhookParams,
  query: pageQuery.extend({ state: deliveryStateSchema.optional() }),
  responses: { 200: { description: 'A page.', body: pageOf(deliverySchema) } },
  async handle({ principal: { organisationId }, params: { webhookId }, query }, { nc }) {
    const { limit, cursor = '', state = '' } = query;
    const asked = { organisationId, webhookId, limit, cursor, state };
    const page = await createClient(nc, services.webhooks).listDeliveries(asked);
    return { status: 200, body: { items: page.deliveries.map(deliveryView), nextCursor: page.nextCursor || null } };
  },
});
