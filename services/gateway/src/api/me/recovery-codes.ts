import { Conflict } from '@tocsin/platform';
import { z } from 'zod';
import { ownSession } from '../../auth/own-session.ts';
import { newRecoveryCodes, recoveryCodeHash } from '../../auth/totp.ts';
import { named } from '../../openapi/components.ts';
import { defineOperation } from '../../operations/operation.ts';

export const recoveryCodesSchema = named(
  'RecoveryCodes',
  z.object({ codes: z.array(z.string()).describe('Each signs in once, in the place of a code or passkey.') }),
);

export const renewRecoveryCodes = defineOperation({
  id: 'me.renewRecoveryCodes',
  method: 'POST',
  path: '/me/recovery-codes',
  summary: 'Make new recovery codes, in the place of those before',
  role: 'observer',
  sessionOnly: true,
  fresh: true,
  responses: { 200: { description: 'Shown this once.', body: recoveryCodesSchema } },
  async handle({ principal, audit }, { users }) {
    const { id, organisationId } = ownSession(principal);
    const codes = newRecoveryCodes();
    await audit.change(async (tx) => {
      const { totp, passkeys } = await users.of(organisationId, id, tx);
      if (!totp && passkeys.length === 0) {
        throw new Conflict('there is no second factor to recover from', { code: 'second-factor-missing' });
      }
      await users.update(id, { recoveryCodes: codes.map(recoveryCodeHash) }, tx);
      return { result: undefined, said: { target: { kind: 'user', id }, fields: ['recoveryCodes'] } };
    });
    return { status: 200, body: { codes } };
  },
});
