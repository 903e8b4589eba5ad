import { z } from 'zod';
import { named } from '../../openapi/components.ts';

export const severitySchema = z.enum(['critical', 'high', 'medium', 'low', 'info']);
export const statusSchema = z.enum(['open', 'acknowledged', 'closed']);

/** An incident as a path names it. */
export const incidentParams = z.strictObject({
  number: z
    .string()
    .regex(/^(INC-\d{1,15}|[0-9A-HJKMNP-TV-Z]{26})$/i)
    .describe('Its number, such as `INC-42`, or its id.'),
});

export const namedSchema = named(
  'Named',
  z.object({ id: z.string(), name: z.string().describe('The id where it is not known, or erased.') }),
);

/** Values with commas between them, as a query names several. */
export function several<S extends z.ZodType<string, string>>(one: S) {
  return z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .pipe(z.array(one).min(1).max(20));
}

/** Of a command that needs no more than its name. */
export const emptyBody = z.strictObject({});
