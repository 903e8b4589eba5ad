import { z } from 'zod';
import { named } from '../../openapi/components.ts';
import type { PasskeyRow } from '../../store/collections.ts';
import { instantSchema } from '../fields.ts';

export const passkeySchema = named(
  'Passkey',
  z.object({ id: z.string(), name: z.string(), createdAt: instantSchema, lastUsedAt: instantSchema.nullable() }),
);

export function passkeyView({ id, name, createdAt, lastUsedAt }: PasskeyRow): z.input<typeof passkeySchema> {
  return { id, name, createdAt: createdAt.toISOString(), lastUsedAt: lastUsedAt?.toISOString() ?? null };
}
