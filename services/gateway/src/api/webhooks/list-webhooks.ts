import { createClient, services } from '@tocsin/platform';
import { z } from 'zod';
import { defineOperation } from '../../operations/operation.ts';
import { webhookSchema, webhookView } from './webhook-view.ts';

export const listWebhooks = defineOperation({
  id: 'webhooks.list',
  method: 'GET',
  path: '/webhooks',
  summary: 'Who is told what happens: webhooks, the oldest first, and what they may be sent',
  role: 'admin',
  responses: {
    200: {
      description: 'All of them; there are at most 50.',
      body: z.object({
        items: z.array(webhookSchema),
        types: z.array(z.object({ type: z.string(), when: z.string() })).describe('The types of messages.'),
      }),
    },
  },
  async handle({ principal: { organisationId } }, { nc }) {
    const { webhooks, types } = await createClient(nc, services.webhooks).listWebhooks({ organisationId });
    const known = types.map(({ type, when }) => ({ type, when }));
    return { status: 200, body: { items: webhooks.map(webhookView), types: known } };
  },
});
