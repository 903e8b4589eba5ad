import { defineOperation } from '../../../operations/operation.ts';
import { emptyBody, incidentParams } from '../fields.ts';
import { commandResponses, sendCommand } from './send-command.ts';

export const escalateIncident = defineOperation({
  id: 'incidents.escalate',
  method: 'POST',
  path: '/incidents/{number}/escalate',
  summary: 'Page the next layer now',
  role: 'responder',
  params: incidentParams,
  body: emptyBody,
  responses: commandResponses,
  handle({ params: { number }, principal, caller, audit }, deps) {
    const command = { case: 'escalate' as const, value: {} };
    return sendCommand({ principal, number, caller, audit, command }, deps);
  },
});
