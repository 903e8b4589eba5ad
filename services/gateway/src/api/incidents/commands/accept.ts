import { defineOperation } from '../../../operations/operation.ts';
import { emptyBody, incidentParams } from '../fields.ts';
import { commandResponses, sendCommand } from './send-command.ts';

export const acceptIncident = defineOperation({
  id: 'incidents.accept',
  method: 'POST',
  path: '/incidents/{number}/accept',
  summary: 'Say that you have it',
  description: 'As the person whom you are linked to. Ends the paging; who was paged is told.',
  role: 'responder',
  params: incidentParams,
  body: emptyBody,
  responses: commandResponses,
  handle({ params: { number }, principal, caller, audit }, deps) {
    const command = { case: 'accept' as const, value: {} };
    return sendCommand({ principal, number, caller, audit, asPerson: true, command }, deps);
  },
});
