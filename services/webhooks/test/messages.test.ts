import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId, until } from '@tocsin/platform';
import { type Harness, OPENED, openHarness } from './harness.ts';
import { type Receiver, startReceiver } from './receiver.ts';

let harness: Harness;
let receiver: Receiver;
beforeAll(async () => {
  harness = await openHarness();
  await harness.replica();
});
afterAll(() => harness?.close());
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(async () => {
  await harness.collections.webhooks.deleteMany({});
  await receiver.stop();
  expect(receiver.problems).toEqual([]);
});

async function subscribe(types: string[] = [], fields: { organisationId?: string } = {}) {
  const wish = {
    webhookId: newId(),
    organisationId: 'acme',
    name: 'SOAR',
    url: receiver.url,
    types,
    createdBy: 'user-1',
    ...fields,
  };
  const { secret, webhook } = await harness.webhooks.createWebhook(wish);
  receiver.secrets = [secret];
  return { secret, webhook: webhook! };
}

const came = (count: number) =>
  until(() => receiver.got.length >= count && receiver.got, { timeoutMs: 30_000, what: `${count} messages` });

describe('what happens', () => {
  test('is told to whoever subscribed, signed so that the official library verifies it', async () => {
    await subscribe();
    const incidentId = '01J000000000000000000000AA';
    await harness.tell('opened', { severity: 'critical', reason: 'new-incident' }, { incidentId });
    const [first] = await came(1);
    expect(first!.body).toMatchObject({
      type: 'incident.opened',
      data: {
        organisationId: 'acme',
        incident: {
          id: incidentId,
          title: 'db-17 unreachable',
          severity: 'critical',
          status: 'open',
          teamId: 'secops',
          ownerPersonId: null,
          openedAt: new Date(OPENED).toISOString(),
          closedAt: null,
          url: expect.stringMatching(/^https:\/\/tocsin\.example\/incidents\/INC-\d+$/),
        },
        position: expect.any(Number),
        reason: 'new-incident',
      },
    });
    expect(first!.id).toMatch(/^msg_[\w-]{24}$/);
  });

  test('is told only of the types that were asked for, of the own organisation, since the webhook was made', async () => {
    await harness.tell('accepted', { person: 'early' }, { at: Date.now() - 60_000 });
    await subscribe(['incident.accepted']);
    await harness.tell('opened');
    await harness.tell('accepted', { person: 'rival' }, { organisationId: 'rival' });
    await harness.tell('page-planned', { channel: 'sms' });
    await harness.tell('accepted', { person: 'late' }, { at: Date.now() - 60_000 });
    await harness.tell('accepted', { person: 'ada', escalation: 'response', channel: 'sms' });
    await came(1);
    expect(receiver.got.map(({ body }) => body.data.personId)).toEqual(['ada']);
    expect(await harness.collections.deliveries.countDocuments({ type: 'incident.opened', state: 'pending' })).toBe(0);
  });

  test('is one message however often its fact comes, also of an incident that is not known any more', async () => {
    const { webhook } = await subscribe(['incident.closed']);
    await harness.tell('closed', { by: 'source' });
    await came(1);
    await harness.tellAgain();
    harness.forget();
    await harness.tell('closed', { by: 'ada' });
    await came(2);
    const stored = await harness.collections.deliveries.countDocuments({ webhookId: webhook.id });
    expect(stored).toBe(2);
    expect(new Set(receiver.got.map(({ id }) => id)).size).toBe(2);
  });

  test('is asked about again while incidents are away', async () => {
    await subscribe(['incident.noted']);
    await harness.incidentsAway();
    await harness.tell('noted', { person: 'ada' });
    await until(async () => (await pendingFacts()) > 0, { what: 'the fact to be tried' });
    harness.incidentsBack();
    await until(() => receiver.got.length === 1, { timeoutMs: 20_000, what: 'the message' });
  });
});

/** Facts that were handed to intake and are not acknowledged. */
async function pendingFacts(): Promise<number> {
  const { jetstreamManager } = await import('@nats-io/jetstream');
  const manager = await jetstreamManager(harness.nc);
  return (await manager.consumers.info('INCIDENTS', 'webhooks--intake')).num_redelivered;
}

describe('a secret', () => {
  test('that takes another’s place signs beside it while the grace runs, and alone afterwards', async () => {
    const { webhook, secret } = await subscribe();
    const named = { organisationId: 'acme', webhookId: webhook.id };
    const rotated = await harness.webhooks.rotateSecret({ ...named, graceMs: 60_000n });
    expect(rotated.webhook!.oldSecretUntil).toBeDefined();
    // The receiver knows both, and each of them verifies.
    receiver.secrets = [secret, rotated.secret];
    await harness.tell('opened');
    await came(1);
    const last = await harness.webhooks.rotateSecret({ ...named, graceMs: 0n });
    receiver.secrets = [last.secret];
    await harness.tell('opened');
    await came(2);
    const signatures = receiver.got.map(({ headers }) => String(headers['webhook-signature']).split(' ').length);
    expect(signatures).toEqual([2, 1]);
  });

  test('and the address rest sealed', async () => {
    const { secret } = await subscribe();
    const stored = JSON.stringify(await harness.collections.webhooks.find().toArray());
    expect(stored).not.toContain(secret.slice(8));
    expect(stored).not.toContain('/hooks');
  });
});

describe('a test', () => {
  test('is sent once, and says nothing of the webhook where it fails', async () => {
    const { webhook } = await subscribe(['incident.closed']);
    const named = { organisationId: 'acme', webhookId: webhook.id };
    receiver.next({ status: 500 });
    const { id } = await harness.webhooks.testWebhook(named, { key: 'test-1' });
    expect((await harness.webhooks.testWebhook(named, { key: 'test-1' })).id).toBe(id);
    const failed = await until(async () => {
      const { deliveries } = await harness.webhooks.listDeliveries({ ...named, deliveryId: id });
      return deliveries[0]?.state === 'failed' && deliveries[0];
    });
    expect(failed.attempts).toMatchObject([{ status: 500, reason: 'refused' }]);
    expect(receiver.got.map(({ body }) => body.type)).toEqual(['webhook.test']);
    const { webhooks } = await harness.webhooks.listWebhooks(named);
    expect(webhooks[0]).toMatchObject({ enabled: true, failed: 1 });
    expect(webhooks[0]!.failingSince).toBeUndefined();
  });
});
