import { createClient, services } from '@tocsin/platform';
import { z } from 'zod';
import { defineOperation } from '../../operations/operation.ts';
import { inOurWords } from '../../roster/in-our-words.ts';
import { itemIdSchema } from '../roster-items/fields.ts';
import { overrideSchema } from './schedule-schema.ts';

export const createOverride = defineOperation({
  id: 'schedules.createOverride',
  method: 'POST',
  path: '/schedules/{scheduleId}/overrides',
  summary: 'Put one person in the place of a schedule’s people for a while',
  description: 'It holds at once, also for who is paged next. Whoever takes incidents may hand their shift on.',
  role: 'responder',
  params: z.strictObject({ scheduleId: itemIdSchema }),
  body: z.strictObject(overrideSchema.omit({ id: true }).shape),
  responses: { 201: { description: 'The new override.', body: overrideSchema } },
  async handle({ principal, params: { scheduleId }, body, caller: { requestKey }, audit }, { nc }) {
    const { rotationId, ...override } = body;
    const { organisationId } = principal;
    const request = { organisationId, scheduleId, ...override, rotationId: rotationId ?? '' };
    const { id } = await audit.around({ target: { kind: 'schedule', id: scheduleId }, fields: ['overrides'] }, () =>
      inOurWords(() => createClient(nc, services.directory).putOverride(request, { key: requestKey })),
    );
    return { status: 201, body: { id, ...body } };
  },
});
