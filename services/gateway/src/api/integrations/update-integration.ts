import { createClient, NotFound, services } from '@tocsin/platform';
import { z } from 'zod';
import { requireKnown } from '../../directory/require-known.ts';
import { editSeen } from '../../http/etag.ts';
import { defineOperation } from '../../operations/operation.ts';
import { present } from './answer.ts';
import {
  integrationNameSchema,
  integrationParams,
  integrationSchema,
  integrationTeamSchema,
} from './integration-view.ts';

export const updateIntegration = defineOperation({
  id: 'integrations.update',
  method: 'PATCH',
  path: '/integrations/{integrationId}',
  summary: 'Change an integration’s name or team, or whether what it sends is a drill',
  role: 'admin',
  ifMatch: 'required',
  params: integrationParams,
  body: z.strictObject({
    name: integrationNameSchema.optional(),
    teamId: integrationTeamSchema.optional(),
    drill: z.boolean().optional(),
  }),
  responses: {
    200: { description: 'The integration now.', body: integrationSchema, headers: { ETag: 'Of this version.' } },
  },
  async handle({ principal: { organisationId }, params: { integrationId }, body, caller, audit }, deps) {
    const client = createClient(deps.nc, services.integrations);
    // What is not said stays; were it changed since, its revision is another, and the edit is refused.
    const [found] = (await client.listIntegrations({ organisationId, integrationId })).integrations;
    if (!found) throw new NotFound('there is no such integration', { code: 'integration-unknown' });
    const { name = found.name, drill = found.drill } = body;
    const teamId = body.teamId === undefined ? found.teamId : (body.teamId ?? '');
    if (teamId !== found.teamId && teamId !== '')
      await requireKnown(deps.nc, organisationId, { kind: 'team', id: teamId, field: 'teamId' });
    const said = { target: { kind: 'integration', id: integrationId }, fields: Object.keys(body) };
    const { integration } = await editSeen(caller.ifMatch, (expectedRevision) =>
      audit.around(said, () =>
        client.updateIntegration(
          { organisationId, integrationId, name, teamId, drill, expectedRevision },
          { key: caller.requestKey },
        ),
      ),
    );
    const { etag, view } = await present(organisationId, integration, deps);
    return { status: 200, headers: { ETag: etag }, body: view };
  },
});
