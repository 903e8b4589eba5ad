import { createClient, services } from '@tocsin/platform';
import { defineOperation } from '../../operations/operation.ts';
import { clockSchema, clockView } from './clock-view.ts';

export const showKpiClock = defineOperation({
  id: 'kpis.showClock',
  method: 'GET',
  path: '/kpis/clock',
  summary: 'By which clock KPIs are read: zone, working hours, night',
  role: 'observer',
  responses: { 200: { description: 'As it is set, or as it is where nobody set it.', body: clockSchema } },
  async handle({ principal: { organisationId } }, { nc }) {
    const settings = await createClient(nc, services.analytics).getSettings({ organisationId });
    return { status: 200, body: clockView(settings) };
  },
});
