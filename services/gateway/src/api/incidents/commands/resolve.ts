import { defineOperation } from '../../../operations/operation.ts';
import { emptyBody, incidentParams } from '../fields.ts';
import { commandResponses, sendCommand } from './send-command.ts';

export const resolveIncident = defineOperation({
  id: 'incidents.resolve',
  method: 'POST',
  path: '/incidents/{number}/resolve',
  summary: 'Close an incident',
  role: 'responder',
  params: incidentParams,
  body: emptyBody,
  responses: commandResponses,
  handle({ params: { number }, principal, caller, audit }, deps) {
    const command = { case: 'resolve' as const, value: {} };
    return sendCommand({ principal, number, caller, audit, command }, deps);
  },
});
