import { createClient, services } from '@tocsin/platform';
import { z } from 'zod';
import { editSeen } from '../../http/etag.ts';
import { defineOperation } from '../../operations/operation.ts';
import { present, webhookParams, webhookSecretSchema } from './webhook-view.ts';

const DAY_MINUTES = 24 * 60;

export const rotateWebhookSecret = defineOperation({
  id: 'webhooks.rotateSecret',
  method: 'POST',
  path: '/webhooks/{webhookId}/secret',
  summary: 'Give a webhook a new secret',
  description:
    'Messages are signed with the one that it had as well until its grace ends, so that its receiver can be changed in peace; one that was in its own grace signs no more.',
  role: 'admin',
  ifMatch: 'required',
  params: webhookParams,
  body: z.strictObject({
    graceMinutes: z
      .int()
      .min(0)
      .max(30 * DAY_MINUTES)
      .default(DAY_MINUTES)
      .describe('0: the old secret ends at once.'),
  }),
  responses: {
    200: { description: 'The new secret.', body: webhookSecretSchema, headers: { ETag: 'Of this version.' } },
  },
  async handle({ principal: { organisationId }, params: { webhookId }, body, caller, audit }, { nc }) {
    const client = createClient(nc, services.webhooks);
    const said = { target: { kind: 'webhook', id: webhookId }, fields: ['secret'] };
    const graceMs = BigInt(body.graceMinutes * 60_000);
    const { secret, webhook } = await editSeen(caller.ifMatch, (expectedRevision) =>
      audit.around(said, () =>
        client.rotateSecret({ organisationId, webhookId, expectedRevision, graceMs }, { key: caller.requestKey }),
      ),
    );
    const { etag, view } = present(webhook);
    return { status: 200, headers: { ETag: etag }, body: { webhook: view, secret } };
  },
});
