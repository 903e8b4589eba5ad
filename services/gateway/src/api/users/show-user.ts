import { etagOf } from '../../http/etag.ts';
import { defineOperation } from '../../operations/operation.ts';
import { userParams, userSchema, userView } from './user-view.ts';

export const showUser = defineOperation({
  id: 'users.show',
  method: 'GET',
  path: '/users/{userId}',
  summary: 'A user',
  role: 'admin',
  params: userParams,
  responses: { 200: { description: 'The user.', body: userSchema, headers: { ETag: 'For `users.update`.' } } },
  async handle({ principal, params }, { users }) {
    const user = await users.of(principal.organisationId, params.userId);
    return { status: 200, headers: { ETag: etagOf(user.version) }, body: userView(user, users) };
  },
});
