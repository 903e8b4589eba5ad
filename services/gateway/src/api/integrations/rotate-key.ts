import { createClient, services } from '@tocsin/platform';
import { z } from 'zod';
import { editSeen } from '../../http/etag.ts';
import { defineOperation } from '../../operations/operation.ts';
import { present } from './answer.ts';
import { integrationKeySchema, integrationParams } from './integration-view.ts';

const DAY_MINUTES = 24 * 60;

export const rotateIntegrationKey = defineOperation({
  id: 'integrations.rotateKey',
  method: 'POST',
  path: '/integrations/{integrationId}/key',
  summary: 'Give an integration a new key',
  description:
    'The key that it had opens until its grace ends, so that its sender can be changed in peace; one that was in its own grace opens no more.',
  role: 'admin',
  ifMatch: 'required',
  params: integrationParams,
  body: z.strictObject({
    graceMinutes: z
      .int()
      .min(0)
      .max(30 * DAY_MINUTES)
      .default(DAY_MINUTES)
      .describe('0: the old key ends at once.'),
  }),
  responses: {
    200: { description: 'The new key.', body: integrationKeySchema, headers: { ETag: 'Of this version.' } },
  },
  async handle({ principal: { organisationId }, params: { integrationId }, body, caller, audit }, deps) {
    const client = createClient(deps.nc, services.integrations);
    const said = { target: { kind: 'integration', id: integrationId }, fields: ['key'] };
    const graceMs = BigInt(body.graceMinutes * 60_000);
    const { key, integration } = await editSeen(caller.ifMatch, (expectedRevision) =>
      audit.around(said, () =>
        client.rotateKey({ organisationId, integrationId, expectedRevision, graceMs }, { key: caller.requestKey }),
      ),
    );
    const { etag, view } = await present(organisationId, integration, deps);
    return { status: 200, headers: { ETag: etag }, body: { integration: view, key } };
  },
});
