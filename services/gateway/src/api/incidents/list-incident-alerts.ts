import { createClient, services } from '@tocsin/platform';
import { z } from 'zod';
import { named } from '../../openapi/components.ts';
import { defineOperation } from '../../operations/operation.ts';
import { instantSchema } from '../fields.ts';
import { instantOf } from '../instants.ts';
import { pageOf, pageQuery } from '../paging.ts';
import { incidentParams } from './fields.ts';

const incidentAlertSchema = named(
  'IncidentAlert',
  z.object({
    id: z.string(),
    title: z.string().describe('Empty where it is kept no longer.'),
    link: z.string(),
    entities: z.array(z.string()),
    notify: z.boolean().describe('Whether somebody was told because of it.'),
    reason: z.string().describe('Why, such as `new-incident`, `repeat`.'),
    at: instantSchema.describe('When that was decided.'),
  }),
);

export const listIncidentAlerts = defineOperation({
  id: 'incidents.listAlerts',
  method: 'GET',
  path: '/incidents/{number}/alerts',
  summary: 'The alerts of an incident, and why each did or did not notify',
  role: 'observer',
  params: incidentParams,
  query: pageQuery,
  responses: { 200: { description: 'Newest first; for 30 days.', body: pageOf(incidentAlertSchema) } },
  async handle({ principal: { organisationId }, params, query: { limit, cursor = '' } }, { nc }) {
    const asked = { organisationId, incident: params.number, limit, cursor };
    const { decisions, nextCursor } = await createClient(nc, services.incidents).alertsOf(asked);
    const alertIds = decisions.map(({ alertId }) => alertId);
    const { texts } = await createClient(nc, services.alerts).describe({ alertIds });
    const words = new Map(texts.map((text) => [text.alertId, text]));
    const items = decisions.map(({ alertId: id, notify, reason, at }) => {
      const { title = '', link = '', entities = [] } = words.get(id) ?? {};
      return { id, title, link, entities: [...entities], notify, reason, at: instantOf(at) ?? '' };
    });
    return { status: 200, body: { items, nextCursor: nextCursor || null } };
  },
});
