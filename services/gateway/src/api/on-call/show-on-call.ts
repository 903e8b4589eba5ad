import { createClient, services, timestamp } from '@tocsin/platform';
import type { ScheduleOnCall } from '@tocsin/proto/roster/v1';
import { z } from 'zod';
import { type Names, nameOf } from '../../directory/directory.ts';
import { named } from '../../openapi/components.ts';
import { defineOperation } from '../../operations/operation.ts';
import { instantSchema } from '../fields.ts';
import { namedSchema } from '../incidents/fields.ts';
import { instantOf } from '../instants.ts';

const scheduleSchema = named(
  'ScheduleOnCall',
  z.object({
    schedule: namedSchema,
    people: z
      .array(
        z.object({
          id: z.string(),
          name: z.string(),
          because: z.string().describe('The rotation or override that makes it so.'),
          until: instantSchema.nullable().describe('The end of the shift.'),
          unreachable: z.boolean().describe('Has no contact method: would be passed over.'),
        }),
      )
      .describe('Empty: a gap.'),
    nextAt: instantSchema.nullable().describe('Of a gap: when the next shift begins, if within 14 days.'),
  }),
);

export const showOnCall = defineOperation({
  id: 'onCall.show',
  method: 'GET',
  path: '/on-call',
  summary: 'Who is on call, now or at an instant',
  role: 'observer',
  query: z.strictObject({ at: instantSchema.optional().describe('Now where absent.') }),
  responses: {
    200: {
      description: 'All schedules.',
      body: z.object({ at: instantSchema, items: z.array(scheduleSchema) }),
    },
  },
  async handle({ principal: { organisationId }, query }, { nc, directory, clock }) {
    const ms = query.at === undefined ? clock() : Date.parse(query.at);
    const names = await directory.names(organisationId);
    const scheduleIds = [...names.schedules.keys()];
    // With none named, all policies would be asked for as well.
    const { schedules } =
      scheduleIds.length === 0
        ? { schedules: [] }
        : await createClient(nc, services.directory).onCall({ organisationId, at: timestamp(ms), scheduleIds });
    const items = schedules.map((one) => scheduleView(one, names));
    return { status: 200, body: { at: new Date(ms).toISOString(), items } };
  },
});

function scheduleView({ scheduleId, people, nextAt }: ScheduleOnCall, names: Names): z.input<typeof scheduleSchema> {
  return {
    schedule: nameOf(names.schedules, scheduleId),
    people: people.map(({ personId, because, until, unreachable }) => ({
      ...nameOf(names.people, personId),
      because,
      until: instantOf(until),
      unreachable,
    })),
    nextAt: instantOf(nextAt),
  };
}
