import { z } from 'zod';
import { defineOperation } from '../../../operations/operation.ts';
import { incidentParams, severitySchema } from '../fields.ts';
import { commandResponses, sendCommand } from './send-command.ts';

export const setSeverity = defineOperation({
  id: 'incidents.severity',
  method: 'POST',
  path: '/incidents/{number}/severity',
  summary: 'Say how bad it is',
  description: 'It stands until a person says otherwise, or a source says something worse than was known.',
  role: 'responder',
  params: incidentParams,
  body: z.strictObject({ severity: severitySchema }),
  responses: commandResponses,
  handle({ params: { number }, body, principal, caller, audit }, deps) {
    const command = { case: 'severity' as const, value: { severity: body.severity } };
    return sendCommand({ principal, number, caller, audit, fields: ['severity'], command }, deps);
  },
});
