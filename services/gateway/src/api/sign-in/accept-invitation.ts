import { Unauthenticated } from '@tocsin/platform';
import { z } from 'zod';
import { hashPassword, passwordSchema } from '../../auth/password.ts';
import { signIn } from '../../auth/sign-in.ts';
import { defineOperation } from '../../operations/operation.ts';
import { tokenSchema } from '../fields.ts';
import { meOf, meSchema } from '../me/me-view.ts';

export const acceptInvitation = defineOperation({
  id: 'signIn.acceptInvitation',
  method: 'POST',
  path: '/sign-in/invitation',
  summary: 'Set a password with an invitation, and sign in',
  description:
    'Works once. For a user who has signed in before it begins anew: second factors, passkeys and sessions of before are gone.',
  role: 'public',
  body: z.strictObject({ token: tokenSchema, password: passwordSchema }),
  responses: { 200: { description: 'Signed in.', body: meSchema } },
  async handle(call, deps) {
    const { token } = call.body;
    const { userId } = await deps.tickets.tryOnce('invitation', token);
    const password = await hashPassword(call.body.password);
    const user = userId === null ? undefined : await deps.users.byId(userId);
    if (!user) throw new Unauthenticated('the invitation is for nobody any more', { code: 'ticket-invalid' });
    const cookies = await signIn(call, deps, user, 'link', async (tx) => {
      await deps.tickets.redeem('invitation', token, tx);
      await deps.sessions.end(user._id, {}, tx);
      const anew = { password, totp: null, recoveryCodes: [], passkeys: [] };
      await deps.users.update(user._id, { ...anew, status: 'active' }, tx);
      return ['status', ...Object.keys(anew)];
    });
    const me = await meOf({ ...user, kind: 'user', id: user._id }, deps);
    return { status: 200, body: me, cookies };
  },
});
