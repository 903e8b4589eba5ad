import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId, until } from '@tocsin/platform';
import { APART } from '../../../test/chaos/points.ts';
import { type Harness, LOOPBACK, openHarness } from './harness.ts';
import { type Receiver, startReceiver } from './receiver.ts';

const MAIN = new URL('../src/main.ts', import.meta.url).pathname;

let harness: Harness;
let receiver: Receiver;
const children: ChildProcess[] = [];
beforeAll(async () => {
  harness = await openHarness({ mongo: 'own' });
});
afterAll(() => harness?.close());
beforeEach(async () => {
  receiver = await startReceiver();
  await harness.replica();
  const wish = {
    webhookId: newId(),
    organisationId: 'acme',
    name: 'SOAR',
    url: receiver.url,
    types: [],
    createdBy: 'user-1',
  };
  receiver.secrets = [(await harness.webhooks.createWebhook(wish)).secret];
  await harness.stopReplicas();
});
afterEach(async () => {
  await stopChildren();
  await harness.collections.webhooks.deleteMany({});
  await receiver.stop();
  expect(receiver.problems).toEqual([]);
});

/** A replica as a process of its own, that kills itself at this place. */
function replica(crashAt = ''): ChildProcess {
  const { natsUrl, mongoUrl, masterKey } = harness.config;
  const child = spawn(process.execPath, [MAIN], {
    stdio: 'ignore',
    env: {
      NATS_URL: natsUrl,
      MONGODB_URL: mongoUrl,
      WEBHOOKS_MASTER_KEY: masterKey,
      WEBHOOKS_ALLOWED_NETWORKS: LOOPBACK.join(' '),
      WEBHOOKS_TIMEOUT_MS: '2000',
      WEBHOOKS_RETRY_SECONDS: '0.2 0.4 0.8',
      LOG_LEVEL: 'warn',
      TOCSIN_CRASH_AT: crashAt,
    },
  });
  children.push(child);
  return child;
}

async function stopChildren(): Promise<void> {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
}

const died = (child: ChildProcess) =>
  until(() => child.signalCode === 'SIGKILL', { timeoutMs: 20_000, what: 'the replica to kill itself' });
const settled = (count: number) =>
  until(async () => (await harness.collections.deliveries.countDocuments({ state: 'delivered' })) >= count, {
    timeoutMs: 45_000,
    what: `${count} delivered`,
  });

describe('killed', () => {
  test.each([...APART, 'consume.handled'])(
    'at %s, it loses nothing, and what comes twice has one id',
    async (point) => {
      const before = await harness.collections.deliveries.countDocuments({ state: 'delivered' });
      const victim = replica(point);
      await harness.tell('opened');
      await harness.tell('closed', { by: 'source' });
      await died(victim);
      replica();
      await settled(before + 2);
      expect(new Set(receiver.got.map(({ body }) => body.type))).toEqual(
        new Set(['incident.opened', 'incident.closed']),
      );
      expect(new Set(receiver.got.map(({ id }) => id)).size).toBe(2);
      // Only where its answer was lost did a receiver get a message again.
      const often = point === 'webhooks.sent' || point === 'consume.handled' ? 4 : 2;
      expect(receiver.got.length).toBeLessThanOrEqual(often);
    },
  );

  test('again and again beside another replica, the work is done all the same', async () => {
    const before = await harness.collections.deliveries.countDocuments({ state: 'delivered' });
    replica();
    const victims = ['webhooks.sent', 'webhooks.sending', 'webhooks.sent:3'].map(replica);
    let told = 0;
    await until(
      async () => {
        await harness.tell('opened');
        told += 1;
        return victims.every((one) => one.signalCode === 'SIGKILL');
      },
      { timeoutMs: 30_000, everyMs: 50, what: 'every victim to kill itself' },
    );
    await settled(before + told);
    expect(new Set(receiver.got.map(({ id }) => id)).size).toBe(told);
  });

  test('while nothing was taken, what failed before goes on being tried by whoever comes', async () => {
    receiver.usual = { status: 500 };
    const first = replica();
    await harness.tell('opened');
    await until(() => receiver.got.length > 0, { timeoutMs: 20_000 });
    first.kill('SIGKILL');
    receiver.usual = { status: 200 };
    const before = await harness.collections.deliveries.countDocuments({ state: 'delivered' });
    replica();
    await settled(before + 1);
    expect(new Set(receiver.got.map(({ id }) => id)).size).toBe(1);
  });
});

describe('without', () => {
  test('the store, it goes on when that is back', async () => {
    const before = await harness.collections.deliveries.countDocuments({ state: 'delivered' });
    replica();
    await harness.tell('opened');
    await settled(before + 1);
    receiver.next('hang');
    await harness.tell('closed', { by: 'ada' });
    await until(() => receiver.got.length === 2);
    await harness.engines.engines.mongo!.restart();
    await settled(before + 2);
    expect(receiver.got.at(-1)!.id).toBe(receiver.got[1]!.id);
  });

  test('the bus, it goes on when that is back', async () => {
    const before = await harness.collections.deliveries.countDocuments({ state: 'delivered' });
    replica();
    await harness.tell('opened');
    await settled(before + 1);
    await harness.engines.engines.nats!.restart();
    await harness.tell('closed', { by: 'ada' });
    await settled(before + 2);
    expect(new Set(receiver.got.map(({ body }) => body.type))).toEqual(new Set(['incident.opened', 'incident.closed']));
  });
});
