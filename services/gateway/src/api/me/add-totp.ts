import { InvalidInput, Unauthenticated } from '@tocsin/platform';
import { z } from 'zod';
import { ownSession } from '../../auth/own-session.ts';
import { newRecoveryCodes, recoveryCodeHash, stepOfCode } from '../../auth/totp.ts';
import { defineOperation } from '../../operations/operation.ts';
import { tokenSchema } from '../fields.ts';
import { recoveryCodesSchema } from './recovery-codes.ts';

export const addTotp = defineOperation({
  id: 'me.addTotp',
  method: 'PUT',
  path: '/me/totp',
  summary: 'Add an authenticator app, in the place of the one before',
  role: 'observer',
  sessionOnly: true,
  fresh: true,
  body: z.strictObject({ ticket: tokenSchema, code: z.string().regex(/^\d{6}$/) }),
  responses: { 200: { description: 'Added. New recovery codes, shown this once.', body: recoveryCodesSchema } },
  async handle({ principal, body, audit }, { users, tickets, clock }) {
    const { id, organisationId } = ownSession(principal);
    const { userId, data } = await tickets.tryOnce('totp', body.ticket);
    if (userId !== id) throw new Unauthenticated('this was begun by somebody else', { code: 'ticket-invalid' });
    const step = stepOfCode(data.secret ?? '', body.code, clock());
    if (step === undefined)
      throw new InvalidInput('the code is not of this secret', { code: 'code-wrong', field: 'code' });
    const codes = newRecoveryCodes();
    await audit.change(async (tx) => {
      await tickets.redeem('totp', body.ticket, tx);
      const user = await users.of(organisationId, id, tx);
      const totp = { secret: users.seal(user, 'totp', data.secret ?? ''), lastStep: step };
      await users.update(id, { totp, recoveryCodes: codes.map(recoveryCodeHash) }, tx);
      return { result: undefined, said: { target: { kind: 'user', id }, fields: ['totp', 'recoveryCodes'] } };
    });
    return { status: 200, body: { codes } };
  },
});
