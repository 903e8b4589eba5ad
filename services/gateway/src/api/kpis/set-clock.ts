import { createClient, InvalidInput, services } from '@tocsin/platform';
import { defineOperation } from '../../operations/operation.ts';
import { clockSchema, clockView, settingsOf } from './clock-view.ts';

export const setKpiClock = defineOperation({
  id: 'kpis.setClock',
  method: 'PUT',
  path: '/kpis/clock',
  summary: 'Set by which clock KPIs are read',
  description: 'Numbers change with it at once, those of the past as well.',
  role: 'admin',
  body: clockSchema,
  responses: { 200: { description: 'As it is set now.', body: clockSchema } },
  async handle({ principal: { organisationId }, body, caller, audit }, { nc }) {
    const { workingHours, night } = body;
    if (workingHours.until <= workingHours.from) throw wrong('workingHours.until', 'is after `from`');
    if (night.until === night.from) throw wrong('night.until', 'is not `from`');
    const said = { target: { kind: 'organisation', id: organisationId }, fields: Object.keys(body) };
    const settings = await audit.around(said, () =>
      createClient(nc, services.analytics).configure(
        { organisationId, settings: settingsOf(body) },
        { key: caller.requestKey },
      ),
    );
    return { status: 200, body: clockView(settings) };
  },
});

function wrong(field: string, message: string): InvalidInput {
  return new InvalidInput(`${field}: ${message}`, { code: 'body-invalid', field });
}
