import { z } from 'zod';
import { named } from '../../openapi/components.ts';
import { itemIdSchema } from '../roster-items/fields.ts';
import { itemOperations } from '../roster-items/item-operations.ts';

const teamSchema = named(
  'Team',
  z.strictObject({ id: itemIdSchema, name: z.string(), memberIds: z.array(itemIdSchema).describe('People.') }),
);

export const teams = itemOperations({
  kind: 'team',
  area: 'teams',
  view: teamSchema,
  body: teamSchema,
  changes: 'admin',
});
