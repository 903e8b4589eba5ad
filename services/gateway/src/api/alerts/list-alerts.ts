import { createClient, services } from '@tocsin/platform';
import { defineOperation } from '../../operations/operation.ts';
import { integrationIdSchema } from '../integrations/integration-view.ts';
import { pageOf, pageQuery } from '../paging.ts';
import { alertSummarySchema, alertSummaryView } from './alert-view.ts';

export const listAlerts = defineOperation({
  id: 'alerts.list',
  method: 'GET',
  path: '/alerts',
  summary: 'Alerts, newest first, each with why it did or did not page',
  description: 'A page may be short while others follow.',
  role: 'observer',
  query: pageQuery.extend({ integration: integrationIdSchema.optional().describe('Of this integration alone.') }),
  responses: { 200: { description: 'A page.', body: pageOf(alertSummarySchema) } },
  async handle({ principal: { organisationId }, query: { limit, cursor = '', integration = '' } }, { nc }) {
    const asked = { organisationId, integrationId: integration, limit, cursor };
    const { alerts, nextCursor } = await createClient(nc, services.alerts).list(asked);
    return { status: 200, body: { items: alerts.map(alertSummaryView), nextCursor: nextCursor || null } };
  },
});
