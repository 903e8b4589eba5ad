import type { IntegrationView } from '@tocsin/proto/alert/v1';
import { z } from 'zod';
import type { Deps } from '../../deps.ts';
import { type Names, nameOf } from '../../directory/directory.ts';
import { named } from '../../openapi/components.ts';
import { instantSchema } from '../fields.ts';
import { namedSchema } from '../incidents/fields.ts';
import { instantOf } from '../instants.ts';

export const integrationIdSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/);
export const integrationNameSchema = z.string().trim().min(1).max(200);
export const integrationTeamSchema = z.string().min(1).max(64).nullable();

export const integrationParams = z.strictObject({ integrationId: integrationIdSchema });

export const integrationSchema = named(
  'Integration',
  z.object({
    id: integrationIdSchema,
    name: z.string(),
    source: z.string().describe('What reads what it sends.'),
    team: namedSchema.nullable().describe('Whose its incidents are where no route says otherwise.'),
    drill: z.boolean().describe('Whatever it sends is a drill.'),
    disabled: z.boolean(),
    lastEventAt: instantSchema.nullable().describe('Null: nothing came yet.'),
    alertsLastDay: z.int().describe('In the last 24 hours; what is beyond 1,000 is not counted.'),
    oldKeyUntil: instantSchema.nullable().describe('How long the key before the present one still opens.'),
    postTo: z
      .string()
      .nullable()
      .describe('Where its sender posts, with the key as a bearer token or after another `/`.'),
  }),
);

/** The answer that tells a key, which rests as its hash from then on. */
export const integrationKeySchema = named(
  'IntegrationKey',
  z.object({ integration: integrationSchema, key: z.string().describe('Shown this once.') }),
);

export function integrationView(
  integration: IntegrationView,
  { teams }: Names,
  { intakeUrl }: Pick<Deps, 'intakeUrl'>,
): z.input<typeof integrationSchema> {
  const { id, name, source, teamId, drill, disabled, lastEventAt, alertsLastDay, oldKeyUntil } = integration;
  return {
    id,
    name,
    source,
    team: teamId === '' ? null : nameOf(teams, teamId),
    drill,
    disabled,
    lastEventAt: instantOf(lastEventAt),
    alertsLastDay,
    oldKeyUntil: instantOf(oldKeyUntil),
    postTo: intakeUrl ?? null,
  };
}
