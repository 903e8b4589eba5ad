import { Forbidden, InvalidInput, newId } from '@tocsin/platform';
import { z } from 'zod';
import { keyText } from '../../auth/keys.ts';
import { ownSession } from '../../auth/own-session.ts';
import { atLeast, roleSchema } from '../../auth/roles.ts';
import { newSecret, secretHash } from '../../auth/secret-hash.ts';
import { requireRoleOver } from '../../auth/users.ts';
import { named } from '../../openapi/components.ts';
import { defineOperation } from '../../operations/operation.ts';
import { instantSchema } from '../fields.ts';
import { keySchema, keyView } from './key-view.ts';

const YEAR_MS = 365 * 24 * 3_600_000;

export const createKey = defineOperation({
  id: 'keys.create',
  method: 'POST',
  path: '/keys',
  summary: 'Make an API key',
  description: 'Who is no admin makes keys that act as themselves alone (`asPerson`): for their own command line.',
  role: 'responder',
  sessionOnly: true,
  fresh: true,
  body: z.strictObject({
    name: z.string().trim().min(1).max(100).describe('What it is for.'),
    role: roleSchema,
    readOnly: z.boolean().default(false).describe('Can ask for nothing that changes something, whatever its role.'),
    asPerson: z
      .boolean()
      .default(false)
      .describe('Accepts and rejects as the person whom its maker is linked to: for one’s own command line.'),
    expiresAt: instantSchema.nullable().optional().describe('Absent: in a year; null: never.'),
  }),
  responses: {
    201: {
      description: 'Made.',
      body: named(
        'NewKey',
        z.object({ key: keySchema, secret: z.string().describe('The bearer token; shown this once.') }),
      ),
    },
  },
  async handle({ principal, body, audit }, { collections, clock }) {
    const { id: createdBy, organisationId } = ownSession(principal);
    requireRoleOver(principal, body.role);
    if (!body.asPerson && !atLeast(principal.role, 'admin')) {
      throw new Forbidden('only an admin makes a key that acts as nobody: make one that acts as you (`asPerson`)', {
        code: 'key-not-own',
        field: 'asPerson',
      });
    }
    const now = clock();
    const ends = body.expiresAt === undefined ? now + YEAR_MS : body.expiresAt && Date.parse(body.expiresAt);
    if (ends !== null && Number(ends) <= now) {
      throw new InvalidInput('expiresAt: must be in the future', { code: 'body-invalid', field: 'expiresAt' });
    }
    const secret = newSecret();
    const key = {
      _id: newId(),
      organisationId,
      hash: secretHash(secret),
      name: body.name,
      role: body.role,
      readOnly: body.readOnly,
      asPerson: body.asPerson,
      createdBy,
      createdAt: new Date(now),
      lastUsedAt: null,
      expiresAt: ends === null ? null : new Date(ends),
      revokedAt: null,
    };
    await audit.change(async (tx) => {
      await collections.keys.insertOne(key, { session: tx });
      const fields = ['name', 'role', 'readOnly', 'asPerson', 'expiresAt'];
      return { result: undefined, said: { target: { kind: 'key', id: key._id }, fields } };
    });
    return { status: 201, body: { key: keyView(key), secret: keyText(key._id, secret) } };
  },
});
