import { createClient, services } from '@tocsin/platform';
import { z } from 'zod';
import { defineOperation } from '../../operations/operation.ts';
import { pageOf, pageQuery } from '../paging.ts';
import { incidentParams } from './fields.ts';
import { logEntrySchema, logEntryView } from './log-view.ts';

export const listLog = defineOperation({
  id: 'incidents.listLog',
  method: 'GET',
  path: '/incidents/{number}/log',
  summary: 'What was decided about an incident, and why',
  role: 'observer',
  params: incidentParams,
  query: pageQuery.extend({
    cursor: z
      .string()
      .regex(/^[1-9]\d{0,14}$/)
      .optional()
      .describe('`nextCursor` of the page before.'),
  }),
  responses: { 200: { description: 'Newest first.', body: pageOf(logEntrySchema) } },
  async handle({ principal: { organisationId }, params, query: { limit, cursor } }, { nc }) {
    const incidents = createClient(nc, services.incidents);
    const named = { organisationId, incident: params.number };
    // Positions have no gaps, so that a page is a range of them.
    const before = cursor === undefined ? Number((await incidents.get(named)).logHead) + 1 : Number(cursor);
    const from = Math.max(1, before - limit);
    const logLimit = Math.max(0, before - from);
    const { log } =
      logLimit === 0
        ? { log: [] }
        : await incidents.get({ ...named, withLog: true, logAfter: BigInt(from - 1), logLimit });
    const items = log.map(logEntryView).filter(({ position }) => position < before);
    return { status: 200, body: { items: items.reverse(), nextCursor: from > 1 ? String(from) : null } };
  },
});
