import { defineOperation } from '../../operations/operation.ts';
import { pageFrom, pageOf, pageQuery } from '../paging.ts';
import { userSchema, userView } from './user-view.ts';

export const listUsers = defineOperation({
  id: 'users.list',
  method: 'GET',
  path: '/users',
  summary: 'The users of the organisation',
  role: 'admin',
  query: pageQuery,
  responses: { 200: { description: 'In the order in which they were invited.', body: pageOf(userSchema) } },
  async handle({ principal, query: { limit, cursor } }, { users, collections }) {
    const filter = { organisationId: principal.organisationId, ...(cursor ? { _id: { $gt: cursor } } : {}) };
    const rows = await collections.users
      .find(filter)
      .sort({ _id: 1 })
      .limit(limit + 1)
      .toArray();
    return {
      status: 200,
      body: pageFrom(
        rows,
        limit,
        (row) => userView(row, users),
        ({ _id }) => _id,
      ),
    };
  },
});
