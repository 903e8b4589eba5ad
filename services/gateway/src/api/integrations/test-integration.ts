import { createClient, services } from '@tocsin/platform';
import { z } from 'zod';
import { defineOperation } from '../../operations/operation.ts';
import { emptyBody } from '../incidents/fields.ts';
import { integrationParams } from './integration-view.ts';

export const testIntegration = defineOperation({
  id: 'integrations.test',
  method: 'POST',
  path: '/integrations/{integrationId}/test',
  summary: 'Send a test event',
  description:
    'Of the source’s own form, marked as a drill, on the way that every post goes: where it pages, somebody is paged.',
  role: 'responder',
  params: integrationParams,
  body: emptyBody,
  responses: {
    202: {
      description: 'Stored; what came of it is in the alert.',
      body: z.object({ alertId: z.string().describe('For `alerts.show`, in a moment.') }),
    },
  },
  async handle({ principal: { organisationId }, params: { integrationId }, caller, audit }, { nc }) {
    const client = createClient(nc, services.integrations);
    const { envelopeId } = await audit.around({ target: { kind: 'integration', id: integrationId } }, () =>
      client.testIntegration({ organisationId, integrationId }, { key: caller.requestKey }),
    );
    return { status: 202, body: { alertId: `${envelopeId}-0` } };
  },
});
