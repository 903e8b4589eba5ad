import { NotFound } from '@tocsin/platform';
import { requireOwnOrAdmin } from '../../auth/own-person.ts';
import { look } from '../../notify/deliver.ts';
import { defineOperation } from '../../operations/operation.ts';
import { channelOf, contactMethodParams, messageStateSchema, PATH } from './fields.ts';
import { testIdSchema, testMessage } from './test-message.ts';

export const showContactMethodTest = defineOperation({
  id: 'contactMethods.showTest',
  method: 'GET',
  path: `${PATH}/tests/{testId}`,
  summary: 'What became of a test page',
  role: 'responder',
  params: contactMethodParams.extend({ testId: testIdSchema }),
  responses: { 200: { description: 'As far as the provider said.', body: messageStateSchema } },
  async handle({ principal, params }, deps) {
    const channel = await channelOf(deps.nc, principal, params);
    await requireOwnOrAdmin(principal, params.personId, deps);
    const body = await look(deps.nc, testMessage({ organisationId: principal.organisationId, ...params, channel }));
    if (body.state === 'pending' && body.provider === '' && body.reason !== 'timeout')
      throw new NotFound('no such test was sent', { code: 'test-unknown', field: 'testId' });
    return { status: 200, body };
  },
});
