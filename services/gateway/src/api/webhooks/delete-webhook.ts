import { createClient, services } from '@tocsin/platform';
import { editSeen } from '../../http/etag.ts';
import { defineOperation } from '../../operations/operation.ts';
import { webhookParams } from './webhook-view.ts';

export const deleteWebhook = defineOperation({
  id: 'webhooks.delete',
  method: 'DELETE',
  path: '/webhooks/{webhookId}',
  summary: 'Delete a webhook',
  description: 'It is sent nothing more, and what was sent to it can be read no more.',
  role: 'admin',
  ifMatch: 'required',
  params: webhookParams,
  responses: { 204: { description: 'Deleted.' } },
  async handle({ principal: { organisationId }, params: { webhookId }, caller, audit }, { nc }) {
    const client = createClient(nc, services.webhooks);
    const said = { target: { kind: 'webhook', id: webhookId } };
    await editSeen(caller.ifMatch, (expectedRevision) =>
      audit.around(said, () =>
        client.deleteWebhook({ organisationId, webhookId, expectedRevision }, { key: caller.requestKey }),
      ),
    );
    return { status: 204 };
  },
});
