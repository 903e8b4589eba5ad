import { z } from 'zod';
import { defineOperation } from '../../../operations/operation.ts';
import { incidentParams } from '../fields.ts';
import { commandResponses, sendCommand } from './send-command.ts';

export const rejectIncident = defineOperation({
  id: 'incidents.reject',
  method: 'POST',
  path: '/incidents/{number}/reject',
  summary: 'Say that you cannot',
  description:
    'As the person whom you are linked to. Ends your page, or hands the incident back where it is yours; the next are paged.',
  role: 'responder',
  params: incidentParams,
  body: z.strictObject({ reason: z.string().trim().max(10_000).default('') }),
  responses: commandResponses,
  handle({ params: { number }, body, principal, caller, audit }, deps) {
    const command = { case: 'reject' as const, value: { reason: body.reason } };
    return sendCommand({ principal, number, caller, audit, asPerson: true, fields: ['reason'], command }, deps);
  },
});
