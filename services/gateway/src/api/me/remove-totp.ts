import { NotFound } from '@tocsin/platform';
import { ownSession } from '../../auth/own-session.ts';
import { defineOperation } from '../../operations/operation.ts';

export const removeTotp = defineOperation({
  id: 'me.removeTotp',
  method: 'DELETE',
  path: '/me/totp',
  summary: 'Remove the authenticator app',
  role: 'observer',
  sessionOnly: true,
  fresh: true,
  responses: { 204: { description: 'Removed; where no passkey is left, the recovery codes as well.' } },
  async handle({ principal, audit }, { users }) {
    const { id, organisationId } = ownSession(principal);
    await audit.change(async (tx) => {
      const { totp, passkeys } = await users.of(organisationId, id, tx);
      if (!totp) throw new NotFound('there is no authenticator app', { code: 'totp-unknown' });
      const codes = passkeys.length === 0 ? { recoveryCodes: [] } : {};
      await users.update(id, { totp: null, ...codes }, tx);
      return { result: undefined, said: { target: { kind: 'user', id }, fields: ['totp', ...Object.keys(codes)] } };
    });
    return { status: 204 };
  },
});
