import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { alertsOf, type Harness, openHarness, type Replica } from './harness.ts';

let harness: Harness;
let replica: Replica;
beforeAll(async () => {
  harness = await openHarness();
  replica = await harness.replica();
});
afterAll(() => harness?.close());

test('a post is answered with its envelope, whose bytes are kept, and becomes an alert', async () => {
  const key = await harness.integration({ id: 'siem', teamId: 'blue', drill: true });
  const sent = '{"dedup_key":"d1","severity":"critical","title":"Ransom note","host":"srv-1"}';
  const { status, body } = await replica.post(`/v1/in/${key}`, sent);
  expect(status).toBe(202);
  const [alert] = await alertsOf(harness, body.id!);
  expect(alert).toMatchObject({
    _id: `${body.id}-0`,
    title: 'Ransom note',
    entities: ['srv-1'],
    urgency: 'high',
    integrationId: 'siem',
    organisationId: 'acme',
    teamId: 'blue',
    drill: true,
    malformed: false,
    decided: null,
  });
  const envelope = await harness.collections.envelopes.findOne({ _id: body.id! });
  expect(Buffer.from(envelope!.body.value()).toString()).toBe(sent);
});
