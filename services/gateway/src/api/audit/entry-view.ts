import { z } from 'zod';
import { roleSchema } from '../../auth/roles.ts';
import { named } from '../../openapi/components.ts';
import { instantSchema } from '../fields.ts';

const hashSchema = z.string().regex(/^[0-9a-f]{64}$/);

export const auditEntrySchema = named(
  'AuditEntry',
  z.object({
    organisationId: z.string(),
    position: z.int().min(1).describe('1, 2, 3 … without gaps.'),
    at: instantSchema,
    actor: z.discriminatedUnion('kind', [
      z.object({ kind: z.enum(['user', 'key']), id: z.string(), role: roleSchema }),
      z.object({ kind: z.literal('link'), id: z.string() }),
      z.object({ kind: z.literal('service'), id: z.string().describe('Of what nobody asked for.') }),
    ]),
    action: z.string().describe('The operation, or what was done without one.'),
    target: z.object({ kind: z.string(), id: z.string() }),
    fields: z.array(z.string()).describe('Names of what changed; never values.'),
    outcome: z.enum(['done', 'asked', 'failed']),
    askedAt: z.int().nullable().describe('The position of the `asked` that this is the outcome of.'),
    code: z.string().nullable().describe('Of a failure, or of what nobody asked for: why.'),
    traceId: z.string().nullable(),
    previousHash: hashSchema.describe('The hash of the entry before; 64 zeros in the first.'),
    hash: hashSchema.describe('SHA-256 of the canonical JSON (RFC 8785) of everything else in the entry.'),
  }),
);
