import { defineOperation } from '../../operations/operation.ts';
import { meOf, meSchema } from './me-view.ts';

export const showMe = defineOperation({
  id: 'me.show',
  method: 'GET',
  path: '/me',
  summary: 'Who is asking',
  role: 'observer',
  responses: { 200: { description: 'The signed-in user, or the key.', body: meSchema } },
  async handle({ principal }, deps) {
    return { status: 200, body: { ...(await meOf(principal, deps)), role: principal.role } };
  },
});
