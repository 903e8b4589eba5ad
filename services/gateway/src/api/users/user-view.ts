import { z } from 'zod';
import { roleSchema } from '../../auth/roles.ts';
import type { Users } from '../../auth/users.ts';
import { named } from '../../openapi/components.ts';
import type { UserRow } from '../../store/collections.ts';
import { emailSchema, idSchema, instantSchema, personIdSchema } from '../fields.ts';

export const userSchema = named(
  'User',
  z.object({
    id: idSchema,
    name: z.string(),
    email: emailSchema,
    role: roleSchema,
    status: z.enum(['invited', 'active', 'disabled']),
    personId: personIdSchema.nullable(),
    secondFactors: z.array(z.enum(['totp', 'passkey'])),
    createdAt: instantSchema,
  }),
);

export const userParams = z.strictObject({ userId: idSchema });

export function userView(user: UserRow, users: Users): z.input<typeof userSchema> {
  const { _id: id, role, status, personId, totp, passkeys, createdAt } = user;
  const totpToo = totp ? (['totp'] as const) : [];
  const passkeyToo = passkeys.length > 0 ? (['passkey'] as const) : [];
  return {
    id,
    name: users.nameOf(user),
    email: users.emailOf(user),
    role,
    status,
    personId,
    secondFactors: [...totpToo, ...passkeyToo],
    createdAt: createdAt.toISOString(),
  };
}
