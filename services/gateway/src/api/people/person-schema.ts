import { z } from 'zod';
import { named } from '../../openapi/components.ts';
import { instantSchema } from '../fields.ts';
import { channelSchema, itemIdSchema } from '../roster-items/fields.ts';

const ruleSchema = named(
  'NotificationRule',
  z.strictObject({
    contactMethodId: itemIdSchema.describe('One of the person’s.'),
    delayMs: z.int().describe('After the page begins.'),
    repeats: z.int().describe('Further times after the first.'),
    repeatEveryMs: z.int().describe('1000 or more where it repeats.'),
  }),
);

const person = {
  id: itemIdSchema,
  name: z.string(),
  locale: z.string().describe('BCP 47, such as `en`.'),
  timeZone: z.string().nullable().describe('IANA; null where it is not known.'),
  rules: z
    .strictObject({ high: z.array(ruleSchema), low: z.array(ruleSchema) })
    .describe('How they want to be reached, by urgency; empty: in every way there is, at once.'),
};

const maskedAddress = z.string().describe('The last two digits; of a device who serves it.');
const name = z.string().nullable().describe('Of a device, as its owner tells it from others; null for the rest.');
const goneAt = instantSchema
  .nullable()
  .describe('Since when its push service says that it does not receive any more; nobody is paged by it then.');
const verifiedAt = instantSchema.nullable().describe('When it was proved to be theirs.');

export const personSchema = named(
  'Person',
  z.strictObject({
    ...person,
    contactMethods: z.array(
      z.strictObject({
        id: itemIdSchema,
        channel: channelSchema,
        address: z
          .string()
          .nullable()
          .describe('For oneself and for admins, in what is read of one person; else null, and for devices always.'),
        name,
        maskedAddress,
        verifiedAt,
        goneAt,
      }),
    ),
  }),
);

/** What was read may be put back: what is only read is passed over. */
export const putPersonSchema = named(
  'PutPerson',
  z.strictObject({
    ...person,
    timeZone: person.timeZone.optional(),
    contactMethods: z.array(
      z.strictObject({
        id: itemIdSchema,
        channel: channelSchema,
        address: z.string().nullable().optional().describe('E.164. Absent or null: it stays what it was.'),
        name: name.optional(),
        maskedAddress: maskedAddress.optional(),
        verifiedAt: verifiedAt.optional(),
        goneAt: goneAt.optional(),
      }),
    ),
  }),
);
