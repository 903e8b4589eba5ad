import { z } from 'zod';
import { defineOperation } from '../../operations/operation.ts';
import { pageFrom, pageOf, pageQuery } from '../paging.ts';
import { auditEntrySchema } from './entry-view.ts';

export const listAuditEntries = defineOperation({
  id: 'audit.list',
  method: 'GET',
  path: '/audit',
  summary: 'Who changed what',
  role: 'admin',
  query: pageQuery.extend({
    cursor: z
      .string()
      .regex(/^[1-9]\d{0,14}$/)
      .optional()
      .describe('`nextCursor` of the page before.'),
  }),
  responses: { 200: { description: 'Newest first.', body: pageOf(auditEntrySchema) } },
  async handle({ principal, query: { limit, cursor } }, { audit }) {
    const before = cursor === undefined ? {} : { from: Number(cursor) - 1 };
    const rows = await audit.page(principal.organisationId, { limit: limit + 1, ...before });
    return {
      status: 200,
      body: pageFrom(
        rows,
        limit,
        (entry) => entry,
        ({ position }) => String(position),
      ),
    };
  },
});
