import { createClient, NotFound, services } from '@tocsin/platform';
import { defineOperation } from '../../operations/operation.ts';
import { present } from './answer.ts';
import { integrationParams, integrationSchema } from './integration-view.ts';

export const showIntegration = defineOperation({
  id: 'integrations.show',
  method: 'GET',
  path: '/integrations/{integrationId}',
  summary: 'An integration',
  role: 'observer',
  params: integrationParams,
  responses: { 200: { description: 'As it is.', body: integrationSchema, headers: { ETag: 'For its edits.' } } },
  async handle({ principal: { organisationId }, params: { integrationId } }, deps) {
    const asked = { organisationId, integrationId, withDisabled: true };
    const { integrations } = await createClient(deps.nc, services.integrations).listIntegrations(asked);
    const [found] = integrations;
    if (!found) throw new NotFound('there is no such integration', { code: 'integration-unknown' });
    const { etag, view } = await present(organisationId, found, deps);
    return { status: 200, headers: { ETag: etag }, body: view };
  },
});
