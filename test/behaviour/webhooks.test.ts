import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createClient, services } from '@tocsin/platform';
import { type Receiver, startReceiver } from '../../services/webhooks/test/receiver.ts';
import { replyTo } from '../harness/answers.ts';
import { type Harness, startHarness } from '../harness/harness.ts';
import { ORGANISATION } from '../harness/organisation.ts';
import { pages } from '../harness/pages.ts';

let harness: Harness;
let receiver: Receiver;
beforeAll(async () => {
  harness = await startHarness({ layers: [['ada'], ['ben']] });
  receiver = await startReceiver();
});
afterAll(async () => {
  await harness?.stop();
  await receiver?.stop();
});

test('an incident’s life is told to whoever subscribed, each thing once and signed, also what happened while they were away', async () => {
  const webhooks = createClient(harness.tocsin.nc, services.webhooks);
  const wish = { organisationId: ORGANISATION, name: 'SOAR', url: receiver.url, types: [], createdBy: 'user-1' };
  const webhookId = randomUUID().replaceAll('-', '').slice(0, 26).toUpperCase();
  receiver.secrets = [(await webhooks.createWebhook({ ...wish, webhookId })).secret];

  const alert = { action: 'trigger', dedup_key: 'db-17', severity: 'critical', title: 'db-17 unreachable' };
  await harness.post(alert);
  expect(await replyTo(harness.phone('ada'), 'reject')).toContain('noted');
  await harness.until(() => pages(harness, 'ben').length > 0, { what: 'the next layer' });
  expect(await replyTo(harness.phone('ben'), 'accept')).toContain('you have it');
  // Nobody takes or sends while it is closed.
  await harness.tocsin.stopService('webhooks');
  await harness.command({
    commandId: randomUUID(),
    incident: 'INC-1',
    byPersonId: 'ben',
    command: { case: 'resolve', value: {} },
  });
  await harness.until(async () => (await harness.incident()).incident.status === 'closed');
  await harness.tocsin.startService('webhooks');

  const told = () => receiver.got.toSorted((a, b) => position(a) - position(b)).map(({ body }) => body.type);
  await harness.until(() => told().includes('incident.closed'), { what: 'the close to be told' });
  expect(told()).toEqual([
    'incident.opened',
    'incident.layer_started',
    'incident.rejected',
    'incident.layer_started',
    'incident.accepted',
    'incident.closed',
  ]);
  const last = receiver.got.find(({ body }) => body.type === 'incident.closed');
  expect(last!.body.data).toMatchObject({
    incident: { number: 'INC-1', title: 'db-17 unreachable', status: 'closed' },
    by: 'person',
    personId: 'ben',
  });
  expect(receiver.problems).toEqual([]);
  // Neither a name nor an address of anybody.
  const everything = JSON.stringify(receiver.got.map(({ body }) => body));
  for (const phone of ['ada', 'ben']) expect(everything).not.toContain(harness.phone(phone).number);
});

function position({ body }: Receiver['got'][number]): number {
  return Number(body.data.position);
}
