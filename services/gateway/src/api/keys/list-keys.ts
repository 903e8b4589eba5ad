import { atLeast } from '../../auth/roles.ts';
import { defineOperation } from '../../operations/operation.ts';
import { pageFrom, pageOf, pageQuery } from '../paging.ts';
import { keySchema, keyView, ownKeys } from './key-view.ts';

export const listKeys = defineOperation({
  id: 'keys.list',
  method: 'GET',
  path: '/keys',
  summary: 'The API keys of the organisation; to who is no admin, their own',
  role: 'responder',
  query: pageQuery,
  responses: { 200: { description: 'Oldest first, revoked ones too.', body: pageOf(keySchema) } },
  async handle({ principal, query: { limit, cursor } }, { collections }) {
    const { organisationId, role, id } = principal;
    const own = atLeast(role, 'admin') ? {} : ownKeys(id);
    const filter = { organisationId, ...own, ...(cursor ? { _id: { $gt: cursor } } : {}) };
    const rows = await collections.keys
      .find(filter)
      .sort({ _id: 1 })
      .limit(limit + 1)
      .toArray();
    return { status: 200, body: pageFrom(rows, limit, keyView, ({ _id }) => _id) };
  },
});
