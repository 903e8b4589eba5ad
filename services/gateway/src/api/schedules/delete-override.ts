import { createClient, services } from '@tocsin/platform';
import { z } from 'zod';
import { defineOperation } from '../../operations/operation.ts';
import { inOurWords } from '../../roster/in-our-words.ts';
import { itemIdSchema } from '../roster-items/fields.ts';

export const deleteOverride = defineOperation({
  id: 'schedules.deleteOverride',
  method: 'DELETE',
  path: '/schedules/{scheduleId}/overrides/{overrideId}',
  summary: 'Take an override back',
  role: 'responder',
  params: z.strictObject({ scheduleId: itemIdSchema, overrideId: itemIdSchema }),
  responses: { 204: { description: 'Whom it replaced is on call again.' } },
  async handle({ principal: { organisationId }, params, caller: { requestKey }, audit }, { nc }) {
    const said = { target: { kind: 'schedule', id: params.scheduleId }, fields: ['overrides'] };
    await audit.around(said, () =>
      inOurWords(() =>
        createClient(nc, services.directory).deleteOverride({ organisationId, ...params }, { key: requestKey }),
      ),
    );
    return { status: 204 };
  },
});
