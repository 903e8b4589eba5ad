import { z } from 'zod';
import { personOf } from '../../auth/person-of.ts';
import type { Principal } from '../../auth/principal.ts';
import { roleSchema } from '../../auth/roles.ts';
import type { Deps } from '../../deps.ts';
import { named } from '../../openapi/components.ts';
import { personIdSchema } from '../fields.ts';

export const meSchema = named(
  'Me',
  z.object({
    kind: z.enum(['user', 'key']).describe('A signed-in user, or an API key.'),
    id: z.string(),
    organisationId: z.string(),
    organisationName: z.string().describe('The id while the roster does not say.'),
    role: roleSchema,
    name: z.string(),
    email: z.string().nullable().describe('Null for a key.'),
    personId: personIdSchema.nullable().describe('Who accepts and rejects when this user does; null for nobody.'),
    readOnly: z.boolean(),
    secondFactor: z
      .object({ totp: z.boolean(), passkeys: z.int(), recoveryCodesLeft: z.int() })
      .nullable()
      .describe('Null for a key.'),
  }),
);

export async function meOf(
  principal: Pick<Principal, 'kind' | 'id' | 'organisationId' | 'role'>,
  { users, collections, directory }: Pick<Deps, 'users' | 'collections' | 'directory'>,
): Promise<z.input<typeof meSchema>> {
  const { kind, id, organisationId, role } = principal;
  const { organisation: organisationName } = await directory.names(organisationId);
  const who = { kind, id, organisationId, organisationName, role };
  if (kind === 'key') {
    const key = await collections.keys.findOne({ _id: id });
    const { name = '', readOnly = true } = key ?? {};
    const personId = await personOf(principal, { users, collections });
    return { ...who, name, email: null, personId, readOnly, secondFactor: null };
  }
  const user = await users.of(organisationId, id);
  return {
    ...who,
    name: users.nameOf(user),
    email: users.emailOf(user),
    personId: user.personId,
    readOnly: false,
    secondFactor: {
      totp: user.totp !== null,
      passkeys: user.passkeys.length,
      recoveryCodesLeft: user.recoveryCodes.length,
    },
  };
}
