import { createClient, NotFound, services } from '@tocsin/platform';
import { defineOperation } from '../../operations/operation.ts';
import { present, webhookParams, webhookSchema } from './webhook-view.ts';

export const showWebhook = defineOperation({
  id: 'webhooks.show',
  method: 'GET',
  path: '/webhooks/{webhookId}',
  summary: 'A webhook',
  role: 'admin',
  params: webhookParams,
  responses: { 200: { description: 'As it is.', body: webhookSchema, headers: { ETag: 'For its edits.' } } },
  async handle({ principal: { organisationId }, params: { webhookId } }, { nc }) {
    const { webhooks } = await createClient(nc, services.webhooks).listWebhooks({ organisationId, webhookId });
    const [found] = webhooks;
    if (!found) throw new NotFound('there is no such webhook', { code: 'webhook-unknown' });
    const { etag, view } = present(found);
    return { status: 200, headers: { ETag: etag }, body: view };
  },
});
