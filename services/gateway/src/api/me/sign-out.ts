import { ownSession } from '../../auth/own-session.ts';
import { defineOperation } from '../../operations/operation.ts';

export const signOut = defineOperation({
  id: 'me.signOut',
  method: 'DELETE',
  path: '/me/session',
  summary: 'Sign out',
  role: 'observer',
  sessionOnly: true,
  responses: { 204: { description: 'The session is over.' } },
  async handle({ principal, audit }, { sessions }) {
    const { id, sessionId } = ownSession(principal);
    await audit.change(async (tx) => {
      await sessions.end(id, { id: sessionId }, tx);
      return { result: undefined, said: { target: { kind: 'session', id: sessionId } } };
    });
    return { status: 204, cookies: [{ name: 'session' }] };
  },
});
