import { NotFound } from '@tocsin/platform';
import { z } from 'zod';
import { ownSession } from '../../auth/own-session.ts';
import { defineOperation } from '../../operations/operation.ts';

export const removePasskey = defineOperation({
  id: 'me.removePasskey',
  method: 'DELETE',
  path: '/me/passkeys/{passkeyId}',
  summary: 'Remove a passkey',
  role: 'observer',
  sessionOnly: true,
  fresh: true,
  params: z.strictObject({ passkeyId: z.string().regex(/^[\w-]{1,1400}$/) }),
  responses: { 204: { description: 'Removed.' } },
  async handle({ principal, params, audit }, { users }) {
    const { id, organisationId } = ownSession(principal);
    await audit.change(async (tx) => {
      const { passkeys, totp, recoveryCodes } = await users.of(organisationId, id, tx);
      const left = passkeys.filter((one) => one.id !== params.passkeyId);
      if (left.length === passkeys.length) throw new NotFound('there is no such passkey', { code: 'passkey-unknown' });
      const codes = totp || left.length > 0 ? recoveryCodes : [];
      await users.update(id, { passkeys: left, recoveryCodes: codes }, tx);
      return { result: undefined, said: { target: { kind: 'user', id }, fields: ['passkeys'] } };
    });
    return { status: 204 };
  },
});
