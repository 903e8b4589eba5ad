import { createClient, services, timestamp } from '@tocsin/platform';
import { Drills } from '@tocsin/proto/incident/v1';
import { z } from 'zod';
import { defineOperation } from '../../operations/operation.ts';
import { instantSchema } from '../fields.ts';
import { pageOf, pageQuery } from '../paging.ts';
import { several, severitySchema, statusSchema } from './fields.ts';
import { incidentSchema, incidentView } from './incident-view.ts';

const DRILLS = { with: Drills.UNSPECIFIED, without: Drills.WITHOUT, only: Drills.ONLY } as const;

export const listIncidents = defineOperation({
  id: 'incidents.list',
  method: 'GET',
  path: '/incidents',
  summary: 'Incidents, newest first',
  description: 'Every filter narrows. A page of a search by words may be short, even empty, while others follow.',
  role: 'observer',
  query: pageQuery.extend({
    status: several(statusSchema).optional().describe('Any of these: `open,acknowledged`.'),
    severity: several(severitySchema).optional().describe('Any of these: `critical,high`.'),
    team: z.string().min(1).max(64).optional().describe('A team’s id.'),
    owner: z.string().min(1).max(64).optional().describe('A person’s id.'),
    drills: z.enum(['with', 'without', 'only']).default('with'),
    openedFrom: instantSchema.optional(),
    openedUntil: instantSchema.optional().describe('Before this instant.'),
    words: z.string().trim().min(1).max(200).optional().describe('A number, or whole words of the title.'),
  }),
  responses: { 200: { description: 'A page.', body: pageOf(incidentSchema) } },
  async handle({ principal: { organisationId }, query }, { nc, directory }) {
    const { limit, cursor = '', status = [], severity = [], team = '', owner = '', words = '' } = query;
    const at = (instant: string | undefined) => (instant === undefined ? undefined : timestamp(Date.parse(instant)));
    const [openedFrom, openedUntil] = [at(query.openedFrom), at(query.openedUntil)];
    const [page, names] = await Promise.all([
      createClient(nc, services.incidents).list({
        organisationId,
        limit,
        cursor,
        statuses: status,
        severities: severity,
        teamId: team,
        ownerPersonId: owner,
        drills: DRILLS[query.drills],
        words,
        ...(openedFrom ? { openedFrom } : {}),
        ...(openedUntil ? { openedUntil } : {}),
      }),
      directory.names(organisationId),
    ]);
    const items = page.incidents.map((one) => incidentView(one, names));
    return { status: 200, body: { items, nextCursor: page.nextCursor || null } };
  },
});
