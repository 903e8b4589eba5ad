import { createClient, services } from '@tocsin/platform';
import { z } from 'zod';
import { editSeen } from '../../http/etag.ts';
import { defineOperation } from '../../operations/operation.ts';
import { present, webhookFields, webhookParams, webhookSchema } from './webhook-view.ts';

export const updateWebhook = defineOperation({
  id: 'webhooks.update',
  method: 'PATCH',
  path: '/webhooks/{webhookId}',
  summary: 'Change a webhook, disable it, or enable it again',
  description:
    'Disabled, it is sent nothing more at once. Enabled again, it is sent what happens from then on; `webhooks.replay` sends what it missed.',
  role: 'admin',
  ifMatch: 'required',
  params: webhookParams,
  body: z.strictObject({
    name: webhookFields.name.optional(),
    url: webhookFields.url.optional(),
    types: webhookFields.types.optional(),
    enabled: z.boolean().optional(),
  }),
  responses: { 200: { description: 'The webhook now.', body: webhookSchema, headers: { ETag: 'Of this version.' } } },
  async handle({ principal: { organisationId }, params: { webhookId }, body, caller, audit }, { nc }) {
    const client = createClient(nc, services.webhooks);
    const { name, url, types, enabled } = body;
    const changes = {
      ...(name === undefined ? {} : { name }),
      ...(url === undefined ? {} : { url }),
      ...(types === undefined ? {} : { types: { types } }),
      ...(enabled === undefined ? {} : { enabled }),
    };
    const said = { target: { kind: 'webhook', id: webhookId }, fields: Object.keys(changes) };
    const { webhook } = await editSeen(caller.ifMatch, (expectedRevision) =>
      audit.around(said, () =>
        client.updateWebhook(
          { organisationId, webhookId, expectedRevision, ...changes },
          { key: caller.requestKey, timeoutMs: 10_000 },
        ),
      ),
    );
    const { etag, view } = present(webhook);
    return { status: 200, headers: { ETag: etag }, body: view };
  },
});
