import { z } from 'zod';
import { roleSchema } from '../../auth/roles.ts';
import { named } from '../../openapi/components.ts';
import type { KeyRow } from '../../store/collections.ts';
import { idSchema, instantSchema } from '../fields.ts';

export const keySchema = named(
  'Key',
  z.object({
    id: idSchema,
    name: z.string(),
    role: roleSchema,
    readOnly: z.boolean(),
    asPerson: z.boolean().describe('Acts as the person whom its maker is linked to.'),
    createdBy: idSchema.describe(
      'A user. A key can do what this user can do now at most, and stops when the user is disabled.',
    ),
    createdAt: instantSchema,
    lastUsedAt: instantSchema.nullable().describe('To the hour.'),
    expiresAt: instantSchema.nullable(),
    revokedAt: instantSchema.nullable(),
  }),
);

/** Those that somebody made, or the one that asks. */
export function ownKeys(id: string) {
  return { $or: [{ createdBy: id }, { _id: id }] };
}

export function keyView(key: KeyRow): z.input<typeof keySchema> {
  const {
    _id: id,
    name,
    role,
    readOnly,
    asPerson = false,
    createdBy,
    createdAt,
    lastUsedAt,
    expiresAt,
    revokedAt,
  } = key;
  const when = (at: Date | null) => at?.toISOString() ?? null;
  return {
    id,
    name,
    role,
    readOnly,
    asPerson,
    createdBy,
    createdAt: createdAt.toISOString(),
    lastUsedAt: when(lastUsedAt),
    expiresAt: when(expiresAt),
    revokedAt: when(revokedAt),
  };
}
