import { z } from 'zod';
import { requireRoleOver } from '../../auth/users.ts';
import { defineOperation } from '../../operations/operation.ts';
import { userParams } from './user-view.ts';

export const endUserSessions = defineOperation({
  id: 'users.endSessions',
  method: 'DELETE',
  path: '/users/{userId}/sessions',
  summary: 'Sign a user out everywhere',
  role: 'admin',
  params: userParams,
  responses: { 200: { description: 'Done.', body: z.object({ ended: z.int().describe('How many sessions.') }) } },
  async handle({ principal, params, audit }, { users, sessions }) {
    const ended = await audit.change(async (tx) => {
      const user = await users.of(principal.organisationId, params.userId, tx);
      requireRoleOver(principal, user.role);
      const result = await sessions.end(user._id, {}, tx);
      return { result, said: { target: { kind: 'user', id: user._id }, fields: ['sessions'] } };
    });
    return { status: 200, body: { ended } };
  },
});
