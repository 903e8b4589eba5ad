import { z } from 'zod';
import { named } from '../../openapi/components.ts';
import { itemIdSchema, targetSchema } from '../roster-items/fields.ts';

const name = z.string().describe('For people.');

/** An escalation policy as the organisation's file has it. */
export const policySchema = named(
  'Policy',
  z.strictObject({
    id: itemIdSchema,
    name,
    layers: z
      .array(
        z.strictObject({ targets: z.array(targetSchema), tryForMs: z.int().describe('Then the next layer begins.') }),
      )
      .describe('In their order.'),
    rounds: z.int().describe('Passes through the layers before the catch-all.'),
    catchAll: z.array(targetSchema).describe('Who is paged when nobody of the layers answered, over and over.'),
    catchAllEveryMs: z.int(),
    ackTimeoutMs: z.int().describe('After this long without a resolve who accepted is paged again; 0: never.'),
  }),
);
