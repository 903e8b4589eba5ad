import { NotFound } from '@tocsin/platform';
import { z } from 'zod';
import { ownSession } from '../../auth/own-session.ts';
import { defineOperation } from '../../operations/operation.ts';
import { idSchema } from '../fields.ts';

export const revokeSession = defineOperation({
  id: 'sessions.revoke',
  method: 'DELETE',
  path: '/me/sessions/{sessionId}',
  summary: 'Sign out somewhere else',
  role: 'observer',
  sessionOnly: true,
  params: z.strictObject({ sessionId: idSchema }),
  responses: { 204: { description: 'That session is over.' } },
  async handle({ principal, params, audit }, { sessions }) {
    const { id } = ownSession(principal);
    await audit.change(async (tx) => {
      if ((await sessions.end(id, { id: params.sessionId }, tx)) === 0) {
        throw new NotFound('there is no such session', { code: 'session-unknown' });
      }
      return { result: undefined, said: { target: { kind: 'session', id: params.sessionId } } };
    });
    return { status: 204 };
  },
});
