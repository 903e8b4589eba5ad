import { z } from 'zod';
import { named } from '../../openapi/components.ts';

/**
 * The shapes of what the roster holds. What may stand in them (how long, from when to when, who has to be there) the roster
 * alone knows, and says of each field.
 */
export const itemIdSchema = z
  .string()
  .min(1)
  .max(100)
  .describe('Letters, digits, ".", "_" and "-"; it is chosen when the thing is made, and stays.');

export const channelSchema = z.enum(['sms', 'voice', 'push', 'chat', 'email']);

export const targetSchema = named(
  'RosterTarget',
  z.strictObject({
    kind: z.enum(['person', 'schedule', 'team']).describe('Of a schedule whoever is on call; of a team everybody.'),
    id: itemIdSchema,
  }),
);
