import { createClient, services } from '@tocsin/platform';
import type { SeverityCount } from '@tocsin/proto/incident/v1';
import { z } from 'zod';
import { named } from '../../openapi/components.ts';
import { defineOperation } from '../../operations/operation.ts';
import { severitySchema } from './fields.ts';

const countSchema = named(
  'SeverityCount',
  z.object({
    severity: severitySchema,
    open: z.int().describe('Nobody has them.'),
    acknowledged: z.int().describe('Somebody has them.'),
  }),
);

export const summariseIncidents = defineOperation({
  id: 'incidents.summarise',
  method: 'GET',
  path: '/incidents/summary',
  summary: 'How many incidents are open, by severity',
  role: 'observer',
  responses: {
    200: {
      description: 'All severities, the worst first; drills apart.',
      body: z.object({ counts: z.array(countSchema), drills: z.array(countSchema) }),
    },
  },
  async handle({ principal: { organisationId } }, { nc }) {
    const { counts, drills } = await createClient(nc, services.incidents).summary({ organisationId });
    return { status: 200, body: { counts: counts.map(countFrom), drills: drills.map(countFrom) } };
  },
});

function countFrom({ severity, open, acknowledged }: SeverityCount): z.input<typeof countSchema> {
  return { severity: severitySchema.parse(severity), open, acknowledged };
}
