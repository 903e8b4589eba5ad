import { createClient, InvalidInput, millis, services, timestamp } from '@tocsin/platform';
import type { Shift } from '@tocsin/proto/roster/v1';
import { z } from 'zod';
import { type Names, nameOf } from '../../directory/directory.ts';
import { named } from '../../openapi/components.ts';
import { defineOperation } from '../../operations/operation.ts';
import { inOurWords } from '../../roster/in-our-words.ts';
import { instantSchema } from '../fields.ts';
import { namedSchema } from '../incidents/fields.ts';
import { itemIdSchema } from '../roster-items/fields.ts';

const DAY_MS = 86_400_000;
const USUAL_MS = 14 * DAY_MS;
/** An answer of the roster is one message of the bus. */
const MOST_MS = 100 * DAY_MS;

const period = { startsAt: instantSchema, endsAt: instantSchema };
const shiftSchema = named(
  'Shift',
  z.object({
    person: namedSchema,
    ...period,
    source: z.object({
      kind: z.enum(['rotation', 'override']),
      id: z.string(),
    }),
  }),
);

export const listShifts = defineOperation({
  id: 'schedules.listShifts',
  method: 'GET',
  path: '/schedules/{scheduleId}/shifts',
  summary: 'Who is on call when, and the gaps',
  description:
    'What rotations, restrictions and overrides come to: whom paging asks for, at each instant of the period.',
  role: 'observer',
  params: z.strictObject({ scheduleId: itemIdSchema }),
  query: z.strictObject({
    from: instantSchema.optional().describe('Now where absent.'),
    until: instantSchema.optional().describe('At most 100 days after `from`; 14 where absent.'),
  }),
  responses: {
    200: {
      description: 'Shifts are whole, also where they reach out of the period; gaps end with it.',
      body: z.object({
        from: instantSchema,
        until: instantSchema,
        shifts: z.array(shiftSchema).describe('In order of their start.'),
        gaps: z.array(z.object(period)).describe('When nobody is on call.'),
      }),
    },
  },
  async handle({ principal: { organisationId }, params: { scheduleId }, query }, { nc, directory, clock }) {
    const from = query.from === undefined ? clock() : Date.parse(query.from);
    const until = query.until === undefined ? from + USUAL_MS : Date.parse(query.until);
    if (until - from > MOST_MS) {
      throw new InvalidInput('must be at most 100 days after from', { code: 'period-invalid', field: 'until' });
    }
    const request = { organisationId, scheduleId, from: timestamp(from), until: timestamp(until) };
    const { shifts, gaps } = await inOurWords(() => createClient(nc, services.roster).shifts(request));
    const names = await directory.names(organisationId);
    const answer = {
      ...{ from: new Date(from).toISOString(), until: new Date(until).toISOString() },
      shifts: shifts.map((one) => shiftView(one, names)),
      gaps: gaps.map(periodView),
    };
    return { status: 200, body: answer };
  },
});

function shiftView(shift: Shift, { people }: Names): z.input<typeof shiftSchema> {
  const [kind, ...id] = shift.source.split(' ');
  return {
    person: nameOf(people, shift.personId),
    ...periodView(shift),
    source: { kind: kind === 'override' ? kind : 'rotation', id: id.join(' ') },
  };
}

function periodView({ startsAt, endsAt }: Pick<Shift, 'startsAt' | 'endsAt'>) {
  const iso = (at: Shift['startsAt']) => new Date(millis(at) ?? 0).toISOString();
  return { startsAt: iso(startsAt), endsAt: iso(endsAt) };
}
