import { Forbidden } from '@tocsin/platform';
import { z } from 'zod';
import { ownSession } from '../../auth/own-session.ts';
import { hashPassword, passwordSchema, verifyPassword } from '../../auth/password.ts';
import { defineOperation } from '../../operations/operation.ts';

export const changePassword = defineOperation({
  id: 'me.changePassword',
  method: 'PUT',
  path: '/me/password',
  summary: 'Change the password',
  description:
    'Ends all other sessions. Who has no password yet, having signed in through a provider, sets the first one.',
  role: 'observer',
  sessionOnly: true,
  fresh: true,
  body: z.strictObject({
    current: z.string().min(1).max(256).optional().describe('Absent only where there is none.'),
    password: passwordSchema,
  }),
  responses: { 204: { description: 'Changed.' } },
  async handle({ principal, body, audit, caller }, { users, sessions, throttle }) {
    const { id, organisationId, sessionId } = ownSession(principal);
    const user = await users.of(organisationId, id);
    const attempt = { account: user.emailIndex, network: caller.network, deviceCookie: caller.cookies.device };
    await throttle.attempt(attempt, async () => {
      if (user.password === null || (await verifyPassword(user.password, body.current ?? ''))) return;
      throw new Forbidden('the current password is wrong', { code: 'credentials-wrong', field: 'current' });
    });
    const password = await hashPassword(body.password);
    await audit.change(async (tx) => {
      await users.update(id, { password }, tx);
      await sessions.end(id, { except: sessionId }, tx);
      return { result: undefined, said: { target: { kind: 'user', id }, fields: ['password', 'sessions'] } };
    });
    return { status: 204 };
  },
});
