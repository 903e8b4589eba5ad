import { timestamp } from '@tocsin/platform';
import { z } from 'zod';
import { defineOperation } from '../../../operations/operation.ts';
import { instantSchema } from '../../fields.ts';
import { incidentParams } from '../fields.ts';
import { commandResponses, sendCommand } from './send-command.ts';

export const snoozeIncident = defineOperation({
  id: 'incidents.snooze',
  method: 'POST',
  path: '/incidents/{number}/snooze',
  summary: 'Be quiet until an instant',
  description: 'Then paging goes on, with the owner first.',
  role: 'responder',
  params: incidentParams,
  body: z.strictObject({ until: instantSchema.describe('At most 7 days ahead.') }),
  responses: commandResponses,
  handle({ params: { number }, body, principal, caller, audit }, deps) {
    const command = { case: 'snooze' as const, value: { until: timestamp(Date.parse(body.until)) } };
    return sendCommand({ principal, number, caller, audit, fields: ['until'], command }, deps);
  },
});
