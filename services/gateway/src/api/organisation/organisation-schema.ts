import { z } from 'zod';
import { named } from '../../openapi/components.ts';
import { itemIdSchema } from '../roster-items/fields.ts';

/** The organisation's own record; all that belongs to it has operations of its own. */
export const organisationSchema = named(
  'Organisation',
  z.strictObject({
    id: itemIdSchema,
    name: z.string(),
    defaultPolicyId: itemIdSchema.describe('Of what no route sends elsewhere.'),
  }),
);
