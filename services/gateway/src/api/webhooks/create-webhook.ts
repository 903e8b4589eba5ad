import { createHash } from 'node:crypto';
import { createClient, services } from '@tocsin/platform';
import { z } from 'zod';
import { defineOperation } from '../../operations/operation.ts';
import { present, webhookFields, webhookSecretSchema } from './webhook-view.ts';

export const createWebhook = defineOperation({
  id: 'webhooks.create',
  method: 'POST',
  path: '/webhooks',
  summary: 'Have messages sent of what happens',
  description:
    'Of what happens from now on, signed by Standard Webhooks, and sent until they are answered with 2xx or three days are over.',
  role: 'admin',
  body: z.strictObject({ ...webhookFields, types: webhookFields.types.default([]) }),
  responses: {
    201: {
      description: 'Made.',
      body: webhookSecretSchema,
      headers: { ETag: 'For its edits.', Location: 'The webhook.' },
    },
  },
  async handle({ principal: { organisationId, id: createdBy }, body, caller, audit }, { nc }) {
    const client = createClient(nc, services.webhooks);
    const webhookId = idOf(`${organisationId}/${caller.requestKey}`);
    const said = { target: { kind: 'webhook', id: webhookId }, fields: Object.keys(body) };
    const wish = { ...body, organisationId, webhookId, createdBy };
    const { secret, webhook } = await audit.around(said, () => client.createWebhook(wish, { timeoutMs: 10_000 }));
    const { etag, view } = present(webhook);
    return {
      status: 201,
      headers: { ETag: etag, Location: `/api/v1/webhooks/${view.id}` },
      body: { webhook: view, secret },
    };
  },
});

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Of the form of our ids, and the same for the same request: what was made already is found made, and no second is. */
function idOf(request: string): string {
  const bytes = createHash('sha256').update(request).digest().subarray(0, 26);
  return Array.from(bytes, (byte) => DIGITS[byte % DIGITS.length]).join('');
}
