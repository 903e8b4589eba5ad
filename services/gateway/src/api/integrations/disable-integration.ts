import { createClient, services } from '@tocsin/platform';
import { editSeen } from '../../http/etag.ts';
import { defineOperation } from '../../operations/operation.ts';
import { integrationParams } from './integration-view.ts';

export const disableIntegration = defineOperation({
  id: 'integrations.disable',
  method: 'DELETE',
  path: '/integrations/{integrationId}',
  summary: 'Disable an integration',
  description: 'Its sender hears why it is refused, and what it sent is kept. To undo it, make it again.',
  role: 'admin',
  ifMatch: 'required',
  params: integrationParams,
  responses: { 204: { description: 'Disabled.' } },
  async handle({ principal: { organisationId }, params: { integrationId }, caller, audit }, { nc }) {
    const client = createClient(nc, services.integrations);
    const said = { target: { kind: 'integration', id: integrationId }, fields: ['disabled'] };
    await editSeen(caller.ifMatch, (expectedRevision) =>
      audit.around(said, () =>
        client.deleteIntegration({ organisationId, integrationId, expectedRevision }, { key: caller.requestKey }),
      ),
    );
    return { status: 204 };
  },
});
