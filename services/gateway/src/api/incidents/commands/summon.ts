import { z } from 'zod';
import { defineOperation } from '../../../operations/operation.ts';
import { incidentParams } from '../fields.ts';
import { commandResponses, sendCommand } from './send-command.ts';
import { targetOf, targetSchema } from './target.ts';

export const summonToIncident = defineOperation({
  id: 'incidents.summon',
  method: 'POST',
  path: '/incidents/{number}/summon',
  summary: 'Page somebody besides',
  description: 'The incident stays whose it is.',
  role: 'responder',
  params: incidentParams,
  body: z.strictObject({ target: targetSchema }),
  responses: commandResponses,
  handle({ params: { number }, body, principal, caller, audit }, deps) {
    const command = { case: 'summon' as const, value: { target: targetOf(body.target) } };
    return sendCommand({ principal, number, caller, audit, fields: ['target'], command }, deps);
  },
});
