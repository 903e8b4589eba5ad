import { z } from 'zod';
import { defineOperation } from '../../../operations/operation.ts';
import { incidentParams } from '../fields.ts';
import { commandResponses, sendCommand } from './send-command.ts';
import { targetOf, targetSchema } from './target.ts';

export const reassignIncident = defineOperation({
  id: 'incidents.reassign',
  method: 'POST',
  path: '/incidents/{number}/reassign',
  summary: 'Give an incident to somebody else',
  description: 'They are paged now; the policy’s layers follow where they do not answer.',
  role: 'responder',
  params: incidentParams,
  body: z.strictObject({ target: targetSchema }),
  responses: commandResponses,
  handle({ params: { number }, body, principal, caller, audit }, deps) {
    const command = { case: 'reassign' as const, value: { target: targetOf(body.target) } };
    return sendCommand({ principal, number, caller, audit, fields: ['target'], command }, deps);
  },
});
