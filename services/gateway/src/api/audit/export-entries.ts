import type { AuditEntry } from '../../audit/entry.ts';
import { defineOperation } from '../../operations/operation.ts';

export const exportAuditEntries = defineOperation({
  id: 'audit.export',
  method: 'GET',
  path: '/audit/export',
  summary: 'The whole audit log, to keep and to verify',
  description: 'A line of JSON an entry, oldest first; `tocsin audit verify` checks the chain.',
  role: 'admin',
  responses: { 200: { description: 'All entries so far.', contentType: 'application/x-ndjson' } },
  async handle({ principal }, { audit }) {
    return { status: 200, body: lines(audit.all(principal.organisationId)) };
  },
});

async function* lines(entries: AsyncIterable<AuditEntry>): AsyncIterable<string> {
  for await (const entry of entries) yield `${JSON.stringify(entry)}\n`;
}
