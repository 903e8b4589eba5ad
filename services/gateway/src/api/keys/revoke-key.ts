import { NotFound } from '@tocsin/platform';
import { z } from 'zod';
import { atLeast } from '../../auth/roles.ts';
import { requireRoleOver } from '../../auth/users.ts';
import { defineOperation } from '../../operations/operation.ts';
import { idSchema } from '../fields.ts';
import { ownKeys } from './key-view.ts';

export const revokeKey = defineOperation({
  id: 'keys.revoke',
  method: 'DELETE',
  path: '/keys/{keyId}',
  summary: 'Revoke an API key',
  description:
    'One’s own; an admin any. It is good for nothing from now on, and stays in the list. Revoking it again changes nothing.',
  role: 'responder',
  params: z.strictObject({ keyId: idSchema }),
  responses: { 204: { description: 'Revoked.' } },
  async handle({ principal, params, audit }, { collections, clock }) {
    const { organisationId, role, id } = principal;
    const own = atLeast(role, 'admin') ? {} : ownKeys(id);
    const changed = await audit.change(async (tx) => {
      const key = await collections.keys.findOne(
        { $and: [{ _id: params.keyId, organisationId }, own] },
        { session: tx },
      );
      if (!key) throw new NotFound('there is no such key', { code: 'key-unknown', field: 'keyId' });
      requireRoleOver(principal, key.role);
      if (key.revokedAt) return { result: false };
      await collections.keys.updateOne({ _id: key._id }, { $set: { revokedAt: new Date(clock()) } }, { session: tx });
      return { result: true, said: { target: { kind: 'key', id: key._id }, fields: ['revokedAt'] } };
    });
    return changed ? { status: 204 } : { status: 204, changed };
  },
});
