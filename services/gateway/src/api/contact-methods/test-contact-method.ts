import { z } from 'zod';
import { requireOwnOrAdmin } from '../../auth/own-person.ts';
import { deliver } from '../../notify/deliver.ts';
import { defineOperation } from '../../operations/operation.ts';
import { emptyBody } from '../incidents/fields.ts';
import { channelOf, contactMethodParams, messageStateSchema, PATH } from './fields.ts';
import { currentTestId, testIdSchema, testMessage } from './test-message.ts';

export const testContactMethod = defineOperation({
  id: 'contactMethods.test',
  method: 'POST',
  path: `${PATH}/test`,
  summary: 'Send a test page to oneself',
  description:
    'On the way that a page goes, with nothing to answer. Within half a minute it is the same test. Your own address, or anybody’s for admins.',
  role: 'responder',
  params: contactMethodParams,
  body: emptyBody,
  responses: {
    200: {
      description: 'What became of it so far.',
      body: z.strictObject({ testId: testIdSchema, message: messageStateSchema }),
    },
  },
  async handle({ principal, params, audit }, deps) {
    const { personId, contactMethodId } = params;
    const testId = currentTestId();
    const channel = await channelOf(deps.nc, principal, params);
    await requireOwnOrAdmin(principal, personId, deps);
    const target = { kind: 'contact-method', id: `${personId}/${contactMethodId}` };
    const message = await audit.around({ target }, () =>
      deliver(deps.nc, testMessage({ organisationId: principal.organisationId, ...params, channel, testId })),
    );
    return { status: 200, body: { testId, message } };
  },
});
