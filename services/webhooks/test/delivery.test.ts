import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { connectNats, consume, consumers, newId, timestamp, until } from '@tocsin/platform';
import type { Disabled } from '@tocsin/proto/webhook/v1';
import type { WebhooksConfig } from '../src/index.ts';
import { type Harness, log, openHarness } from './harness.ts';
import { type Receiver, startReceiver } from './receiver.ts';

let harness: Harness;
const receivers: Receiver[] = [];
beforeAll(async () => {
  harness = await openHarness();
});
afterAll(() => harness?.close());
beforeEach(async () => {
  await harness.replica({ send: { perSecond: 1_000 } });
});
afterEach(async () => {
  await harness.stopReplicas();
  await harness.collections.webhooks.deleteMany({});
  await Promise.all(receivers.map((one) => one.stop()));
  for (const { problems } of receivers.splice(0)) expect(problems).toEqual([]);
});

let made = 0;
async function subscribe(types: string[] = [], url?: (receiver: Receiver) => string) {
  made += 1;
  const receiver = await startReceiver();
  receivers.push(receiver);
  const wish = {
    webhookId: newId(),
    organisationId: 'acme',
    name: `hook ${made}`,
    url: url?.(receiver) ?? receiver.url,
    types,
    createdBy: 'u',
  };
  const { secret, webhook } = await harness.webhooks.createWebhook(wish);
  receiver.secrets = [secret];
  const named = { organisationId: 'acme', webhookId: webhook!.id };
  return {
    receiver,
    named,
    now: async () => (await harness.webhooks.listWebhooks(named)).webhooks[0]!,
    deliveries: async (state = '') => (await harness.webhooks.listDeliveries({ ...named, state })).deliveries,
    settled: (state: string, count = 1) =>
      until(
        async () => {
          const { deliveries } = await harness.webhooks.listDeliveries({ ...named, state });
          return deliveries.length >= count && deliveries;
        },
        { timeoutMs: 30_000, what: `${count} ${state}` },
      ),
  };
}

describe('a message', () => {
  test('that fails is tried again later and later, with the same id and a signature of each time', async () => {
    const { receiver, settled, now } = await subscribe();
    receiver.next({ status: 500 }, { status: 404 }, 'drop');
    await harness.tell('opened');
    const [delivery] = await settled('delivered');
    expect(delivery!.attempts.map(({ status, reason }) => [status, reason])).toEqual([
      [500, 'refused'],
      [404, 'refused'],
      [0, 'connection-cut'],
      [204, 'taken'],
    ]);
    expect(new Set(receiver.got.map(({ id }) => id)).size).toBe(1);
    const waits = receiver.got.slice(1).map(({ at }, i) => at - receiver.got[i]!.at);
    for (const [i, least] of [100, 200, 400].entries()) expect(waits[i]).toBeGreaterThanOrEqual(least - 10);
    expect((await now()).failingSince).toBeUndefined();
  });

  test('to somebody who hangs is given up after the time-out, and one whose answer has no end is taken', async () => {
    await onlyReplica({ timeoutMs: 1_000 });
    const { receiver, settled } = await subscribe();
    receiver.next('hang', 'drip');
    await harness.tell('opened');
    const [delivery] = await settled('delivered');
    expect(delivery!.attempts.map(({ status, reason }) => [status, reason])).toEqual([
      [0, 'timeout'],
      [200, 'taken'],
    ]);
    for (const { latencyMs } of delivery!.attempts) expect(latencyMs).toBeLessThan(10_000);
  });

  test('is not sent on by a redirect, and a huge answer is not read', async () => {
    const elsewhere = await startReceiver();
    receivers.push(elsewhere);
    const { receiver, settled } = await subscribe();
    receiver.next({ status: 307, headers: { location: elsewhere.url } }, { status: 200, body: 'x'.repeat(5_000_000) });
    await harness.tell('opened');
    const [delivery] = await settled('delivered');
    expect(delivery!.attempts.map(({ reason }) => reason)).toEqual(['redirected', 'taken']);
    expect(elsewhere.got).toEqual([]);
  });

  test('waits as long as its receiver asks, and so does everything else for it', async () => {
    const { receiver, settled, named } = await subscribe();
    receiver.next({ status: 429, headers: { 'retry-after': '1' } });
    await harness.tell('opened');
    await until(() => receiver.got.length === 1);
    const { webhookId: _id } = named;
    await until(async () => (await harness.collections.webhooks.findOne({ _id }))?.pausedUntil ?? false);
    await harness.tell('closed', { by: 'source' });
    await settled('delivered', 2);
    const [first, ...later] = receiver.got.map(({ at }) => at);
    expect(later).toHaveLength(2);
    for (const at of later) expect(at - first!).toBeGreaterThanOrEqual(990);
  });

  test('to a name that is led into a private network meanwhile never leaves', async () => {
    await harness.stopReplicas();
    const answers = ['127.0.0.1'];
    await harness.replica({
      // Public when it is saved, as far as it was allowed, and private afterwards.
      resolve: (_, __, callback) => callback(null, [{ address: answers.shift() ?? '10.0.0.1', family: 4 }]),
    });
    const { receiver, settled, deliveries } = await subscribe([], ({ url }) =>
      url.replace('127.0.0.1', 'hooks.example'),
    );
    await harness.tell('opened');
    await until(async () => ((await deliveries())[0]?.attempts.length ?? 0) > 0);
    const [delivery] = await deliveries();
    expect(delivery!.attempts[0]).toMatchObject({ status: 0, reason: 'address-not-allowed' });
    expect(receiver.got).toEqual([]);
    await settled('failed');
  });

  test('to somebody without a certificate that holds is not sent', async () => {
    const { receiver, deliveries } = await subscribe([], ({ url }) => url.replace('http:', 'https:'));
    await harness.tell('opened');
    await until(async () => ((await deliveries())[0]?.attempts.length ?? 0) > 0);
    expect((await deliveries())[0]!.attempts[0]).toMatchObject({ status: 0, reason: 'tls-refused' });
    expect(receiver.got).toEqual([]);
  });
});

describe('a receiver', () => {
  test('that fails for as long as a message is tried is disabled, with notice, and what it missed can be replayed', async () => {
    // Long enough at the end that no slow machine takes the attempt before it for the last.
    await onlyReplica({ retryDelaysMs: [100, 200, 400, 3_000] });
    const { receiver, named, now, settled, deliveries } = await subscribe(['incident.opened']);
    const other = await subscribe(['webhook.disabled']);
    const told = await disabledFacts();
    receiver.usual = { status: 503 };
    const since = Date.now();
    await harness.tell('opened');
    const disabled = await until(async () => {
      const webhook = await now();
      return !webhook.enabled && webhook;
    });
    expect(disabled).toMatchObject({ disabledBecause: 'failing', pending: 0 });
    expect((await settled('failed'))[0]!.attempts).toHaveLength(5);
    const fact = await until(() => told.facts.find(({ webhookId }) => webhookId === named.webhookId));
    expect(fact).toMatchObject({ organisationId: 'acme', webhookId: named.webhookId, because: 'failing' });
    await until(() => other.receiver.got.length === 1);
    expect(other.receiver.got[0]!.body.data).toMatchObject({ webhook: { id: named.webhookId }, because: 'failing' });
    // What happens meanwhile is kept for it, and is not sent.
    await harness.tell('opened');
    await settled('stopped');
    await expect(harness.webhooks.replay({ ...named, since: timestamp(since) })).rejects.toMatchObject({
      code: 'webhook-disabled',
    });
    receiver.usual = { status: 200 };
    await harness.webhooks.updateWebhook({ ...named, enabled: true });
    expect(receiver.got).toHaveLength(5);
    expect((await harness.webhooks.replay({ ...named, since: timestamp(since) })).replayed).toBe(2);
    await settled('delivered', 2);
    expect(await deliveries('failed')).toEqual([]);
    expect(new Set(receiver.got.map(({ id }) => id)).size).toBe(2);
    await told.stop();
  });

  test('that is gone is disabled at once, and what waited is not sent', async () => {
    const { receiver, now, settled } = await subscribe();
    receiver.usual = { status: 410 };
    await harness.tell('opened');
    await until(async () => !(await now()).enabled);
    expect(await now()).toMatchObject({ disabledBecause: 'gone', pending: 0 });
    await settled('stopped');
    await harness.tell('opened');
    await harness.tell('closed');
    const other = await subscribe();
    await harness.tell('opened');
    await other.settled('delivered');
    expect(receiver.got).toHaveLength(1);
  });

  test('that is disabled or deleted by hand is sent nothing more, and enabled again what happens from then on', async () => {
    const { receiver, named, settled, now } = await subscribe();
    receiver.usual = { status: 500 };
    await harness.tell('opened');
    await until(() => receiver.got.length > 0);
    await harness.webhooks.updateWebhook({ ...named, enabled: false });
    await settled('stopped');
    const before = receiver.got.length;
    await harness.tell('closed');
    receiver.usual = { status: 200 };
    await harness.webhooks.updateWebhook({ ...named, enabled: true });
    await harness.tell('noted');
    await settled('delivered');
    expect(receiver.got.slice(before).map(({ body }) => body.type)).toEqual(['incident.noted']);
    await harness.webhooks.deleteWebhook({ ...named, expectedRevision: (await now()).revision });
    await expect(harness.webhooks.listDeliveries(named)).rejects.toMatchObject({ code: 'webhook-unknown' });
    const { webhookId } = named;
    await until(async () => (await harness.collections.deliveries.countDocuments({ webhookId })) === 0);
  });

  test('that is slow has a few connections, and delays nobody else', async () => {
    await onlyReplica({ timeoutMs: 20_000 });
    const slow = await subscribe();
    const quick = await subscribe();
    slow.receiver.usual = 'hang';
    for (let i = 0; i < 20; i += 1) await harness.tell('opened');
    await quick.settled('delivered', 20);
    await until(() => slow.receiver.got.length >= 4, { what: 'its few to be under way' });
    // The first four hang for 20 s, and nobody waited for them.
    expect(slow.receiver.got).toHaveLength(4);
    expect(slow.receiver.mostAtOnce).toBe(4);
    await slow.receiver.stop();
  });

  test('that comes back gets what waited at a bounded pace', async () => {
    const { receiver, settled } = await subscribe();
    await harness.stopReplicas();
    for (let i = 0; i < 10; i += 1) await harness.tell('opened');
    await harness.replica({ send: { perSecond: 20 } });
    await settled('delivered', 10);
    const times = receiver.got.map(({ at }) => at);
    expect(times.at(-1)! - times[0]!).toBeGreaterThanOrEqual(9 * 50 - 30);
  });
});

test('one message is replayed by hand, whatever became of it, with its id', async () => {
  const { receiver, named, settled } = await subscribe();
  await harness.tell('opened');
  const [delivery] = await settled('delivered');
  expect((await harness.webhooks.replay({ ...named, deliveryId: delivery!.id })).replayed).toBe(1);
  await until(() => receiver.got.length === 2);
  expect(receiver.got[1]!.id).toBe(receiver.got[0]!.id);
  expect(receiver.got[1]!.body).toEqual(receiver.got[0]!.body);
  await expect(harness.webhooks.replay({ ...named, deliveryId: 'msg_none' })).rejects.toMatchObject({
    code: 'delivery-unknown',
  });
  await expect(harness.webhooks.replay(named)).rejects.toMatchObject({ code: 'replay-missing' });
});

test('a stop cuts off who hangs, which counts for nothing, and the next replica sends again', async () => {
  await onlyReplica({ timeoutMs: 60_000 });
  const { receiver, settled, now, named } = await subscribe();
  receiver.next('hang');
  await harness.tell('opened');
  await until(() => receiver.got.length === 1);
  await harness.stopReplicas();
  const stored = await harness.collections.deliveries.findOne({ webhookId: named.webhookId });
  expect(stored).toMatchObject({ state: 'pending', tries: 0, lease: null, attempts: [{ reason: 'cut-by-a-stop' }] });
  await harness.replica();
  await settled('delivered');
  expect((await now()).failingSince).toBeUndefined();
  expect(receiver.got[1]!.id).toBe(receiver.got[0]!.id);
});

test('two replicas share the work, and none is done twice', async () => {
  await harness.replica({ send: { perSecond: 1_000 } });
  const { receiver, settled } = await subscribe();
  for (let i = 0; i < 60; i += 1) await harness.tell('opened');
  await settled('delivered', 50);
  await until(() => receiver.got.length >= 60);
  expect(new Set(receiver.got.map(({ id }) => id)).size).toBe(60);
  expect(receiver.got).toHaveLength(60);
});

/** Instead of the one that there is. */
async function onlyReplica(own: Partial<WebhooksConfig>): Promise<void> {
  await harness.stopReplicas();
  await harness.replica({ send: { perSecond: 1_000, leaseMs: 60_000 } }, own);
}

/** What the audit hears. */
async function disabledFacts() {
  const facts: Disabled[] = [];
  const nc = await connectNats(harness.engines.natsUrl, 'audit');
  const consuming = await consume(
    nc,
    consumers.gatewayAudit,
    async (batch) => void facts.push(...batch.map((one) => one.message)),
    { log },
  );
  return {
    facts,
    async stop() {
      await consuming.stop();
      await nc.close();
    },
  };
}
