import { z } from 'zod';
import { named } from '../../openapi/components.ts';
import { itemIdSchema } from '../roster-items/fields.ts';

const moment = z
  .string()
  .describe('Wall-clock time in the schedule’s zone, such as `2026-12-24T18:00`, or an instant with `Z` or an offset.');

export const overrideSchema = named(
  'Override',
  z.strictObject({
    id: itemIdSchema,
    personId: itemIdSchema.describe('Who is on call instead.'),
    from: moment,
    until: moment,
    rotationId: itemIdSchema.optional().describe('The one rotation whose people are replaced; absent: everybody.'),
  }),
);

const rotationSchema = named(
  'Rotation',
  z.strictObject({
    id: itemIdSchema,
    every: z.enum(['day', 'week']),
    length: z.int().describe('How many days or weeks a turn lasts.'),
    handoffTime: z.string().describe('`HH:MM` in the schedule’s zone.'),
    anchorDate: z.string().describe('A day on which the first member’s turn begins, such as `2026-01-05`.'),
    memberIds: z.array(itemIdSchema).describe('People, in their order.'),
    restrictions: z
      .array(
        z.strictObject({
          days: z.array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])),
          from: z.string().describe('`HH:MM`.'),
          until: z.string().describe('`HH:MM`, up to `24:00`; not after `from`: on the next day.'),
        }),
      )
      .describe('When it is on duty; empty: always.'),
  }),
);

/** A schedule as the organisation's file has it. */
export const scheduleSchema = named(
  'Schedule',
  z.strictObject({
    id: itemIdSchema,
    name: z.string(),
    timeZone: z.string().describe('IANA, such as `Europe/Berlin`.'),
    rotations: z.array(rotationSchema),
    overrides: z.array(overrideSchema),
  }),
);
