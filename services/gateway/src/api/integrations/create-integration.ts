import { createClient, services } from '@tocsin/platform';
import { z } from 'zod';
import { requireKnown } from '../../directory/require-known.ts';
import { defineOperation } from '../../operations/operation.ts';
import { present } from './answer.ts';
import {
  integrationIdSchema,
  integrationKeySchema,
  integrationNameSchema,
  integrationTeamSchema,
} from './integration-view.ts';

export const createIntegration = defineOperation({
  id: 'integrations.create',
  method: 'POST',
  path: '/integrations',
  summary: 'Connect a sender',
  description: 'Whose answer was lost rotates the key. An id whose integration was disabled may be used again.',
  role: 'admin',
  body: z.strictObject({
    id: integrationIdSchema.describe('Letters, digits, `.`, `_` and `-`; it stays.'),
    name: integrationNameSchema,
    source: z.string().min(1).max(64).default('generic').describe('One of the `sources` of the list.'),
    teamId: integrationTeamSchema.default(null),
    drill: z.boolean().default(false),
  }),
  responses: {
    201: {
      description: 'Connected.',
      body: integrationKeySchema,
      headers: { ETag: 'For its edits.', Location: 'The integration.' },
    },
  },
  async handle({ principal: { organisationId }, body, caller, audit }, deps) {
    const { id, name, source, teamId, drill } = body;
    if (teamId !== null) await requireKnown(deps.nc, organisationId, { kind: 'team', id: teamId, field: 'teamId' });
    const said = { target: { kind: 'integration', id }, fields: Object.keys(body) };
    const wish = { organisationId, integration: { id, organisationId, name, source, teamId: teamId ?? '', drill } };
    const integrations = createClient(deps.nc, services.integrations);
    const { key, integration } = await audit.around(said, () =>
      integrations.createIntegration(wish, { key: caller.requestKey }),
    );
    const { etag, view } = await present(organisationId, integration, deps);
    return {
      status: 201,
      headers: { ETag: etag, Location: `/api/v1/integrations/${id}` },
      body: { integration: view, key },
    };
  },
});
