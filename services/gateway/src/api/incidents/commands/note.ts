import { z } from 'zod';
import { defineOperation } from '../../../operations/operation.ts';
import { incidentParams } from '../fields.ts';
import { commandResponses, sendCommand } from './send-command.ts';

export const noteOnIncident = defineOperation({
  id: 'incidents.note',
  method: 'POST',
  path: '/incidents/{number}/note',
  summary: 'Write a note',
  role: 'responder',
  params: incidentParams,
  body: z.strictObject({ text: z.string().trim().min(1).max(10_000) }),
  responses: commandResponses,
  handle({ params: { number }, body, principal, caller, audit }, deps) {
    const command = { case: 'note' as const, value: { text: body.text } };
    return sendCommand({ principal, number, caller, audit, fields: ['text'], command }, deps);
  },
});
