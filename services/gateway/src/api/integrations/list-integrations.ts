import { createClient, services } from '@tocsin/platform';
import { z } from 'zod';
import { defineOperation } from '../../operations/operation.ts';
import { namedSchema } from '../incidents/fields.ts';
import { pageOf, pageQuery } from '../paging.ts';
import { integrationSchema, integrationView } from './integration-view.ts';

export const listIntegrations = defineOperation({
  id: 'integrations.list',
  method: 'GET',
  path: '/integrations',
  summary: 'Who sends: integrations by their ids, and what they may be of',
  role: 'observer',
  query: pageQuery.extend({ disabled: z.enum(['with', 'without']).default('without') }),
  responses: {
    200: {
      description: 'A page.',
      body: pageOf(integrationSchema).extend({
        sources: z.array(z.string()).describe('What can be read.'),
        teams: z.array(namedSchema).describe('Whose they may be.'),
      }),
    },
  },
  async handle({ principal: { organisationId }, query: { limit, cursor = '', disabled } }, deps) {
    const asked = { organisationId, limit, cursor, withDisabled: disabled === 'with' };
    const [page, names] = await Promise.all([
      createClient(deps.nc, services.integrations).listIntegrations(asked),
      deps.directory.names(organisationId),
    ]);
    const items = page.integrations.map((one) => integrationView(one, names, deps));
    const teams = [...names.teams].map(([id, name]) => ({ id, name }));
    return { status: 200, body: { items, nextCursor: page.nextCursor || null, sources: [...page.sources], teams } };
  },
});
