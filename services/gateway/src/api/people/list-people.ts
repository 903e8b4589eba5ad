import { z } from 'zod';
import { defineOperation } from '../../operations/operation.ts';
import { namedSchema } from '../incidents/fields.ts';
import { pageFrom, pageOf, pageQuery } from '../paging.ts';

export const listPeople = defineOperation({
  id: 'people.list',
  method: 'GET',
  path: '/people',
  summary: 'The people of the roster',
  role: 'observer',
  query: pageQuery.extend({
    cursor: z.string().min(1).max(64).optional().describe('`nextCursor` of the page before.'),
  }),
  responses: { 200: { description: 'By their ids.', body: pageOf(namedSchema) } },
  async handle({ principal: { organisationId }, query: { limit, cursor = '' } }, { directory }) {
    const { people } = await directory.names(organisationId);
    const rows = [...people]
      .map(([id, name]) => ({ id, name }))
      .filter(({ id }) => id > cursor)
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .slice(0, limit + 1);
    return {
      status: 200,
      body: pageFrom(
        rows,
        limit,
        (one) => one,
        ({ id }) => id,
      ),
    };
  },
});
