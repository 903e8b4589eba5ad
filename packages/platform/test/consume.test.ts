import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { jetstream } from '@nats-io/jetstream';
import { nanos } from '@nats-io/nats-core';
import type { Received } from '@tocsin/proto/alert/v1';
import { type BatchHandler, consume, consumers, type Delivery, provision, sleep, until } from '../src/index.ts';
import { startFactBench } from './fact-bench.ts';

let bench: Awaited<ReturnType<typeof startFactBench>>;
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  bench = await startFactBench();
});
afterAll(() => bench.stop());
beforeEach(() => bench.reset());
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function start(handler: BatchHandler<Received>, entry = consumers.incidentsIntakeHigh) {
  const consumer = await consume(bench.nc, entry, handler, { log: bench.log });
  stops.push(() => consumer.stop());
  return consumer;
}

async function tellFacts(count: number, urgency: 'high' | 'low' = 'high') {
  const ids = await bench.storeFacts(count, urgency);
  const teller = bench.teller(60_000);
  await until(async () => (await bench.untold()) === 0);
  await teller.stop();
  return ids;
}

/** Nothing is left to deliver and nothing waits for an acknowledgement. */
async function settled(durable = consumers.incidentsIntakeHigh.durable) {
  await until(
    async () => {
      const info = await bench.manager.consumers.info('ALERTS', durable);
      return info.num_pending === 0 && info.num_ack_pending === 0;
    },
    { what: 'every delivery to be settled' },
  );
}

const collect = () => {
  const seen: Delivery<Received>[] = [];
  return { seen, ids: () => seen.map(({ message }) => message.alertId) };
};

test('every fact arrives, in order, in batches, and is acknowledged when the handler returns', async () => {
  const ids = await tellFacts(250);
  const got = collect();
  const sizes: number[] = [];
  await start(async (batch) => {
    sizes.push(batch.length);
    got.seen.push(...batch);
  });
  await until(() => got.seen.length >= 250);
  await settled();
  expect(got.ids()).toEqual(ids);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(100);
  expect(sizes.length).toBeLessThan(20);
});

test('urgent facts do not queue behind others', async () => {
  await tellFacts(300, 'low');
  const low = collect();
  await start(async () => sleep(2_000), consumers.incidentsIntakeLow);
  await start(async (batch) => void low.seen.push(...batch));
  await tellFacts(1, 'high');
  await until(() => low.seen.length === 1, { timeoutMs: 1_500 });
});

test('bytes that are no fact are rejected once and hold up nothing', async () => {
  await jetstream(bench.nc).publish('alert.v1.received.high', Uint8Array.of(0xff, 0xff, 0xff));
  const ids = await tellFacts(1);
  const got = collect();
  await start(async (batch) => void got.seen.push(...batch));
  await until(() => got.seen.length === 1);
  await settled();
  expect(got.ids()).toEqual(ids);
});

test('what the handler rejects never comes again', async () => {
  await tellFacts(2);
  let deliveries = 0;
  await start(async (batch) => {
    deliveries += batch.length;
    for (const one of batch) one.reject('unknown-organisation');
  });
  await until(() => deliveries === 2);
  await settled();
  expect(deliveries).toBe(2);
});

test('what the handler retries comes again after its delay, and nothing else does', async () => {
  const [again] = await tellFacts(3);
  const times: number[] = [];
  const got = collect();
  await start(async (batch) => {
    got.seen.push(...batch);
    const one = batch.find(({ message, deliveries }) => message.alertId === again && deliveries === 1);
    one?.retry(300);
    if (batch.some(({ message }) => message.alertId === again)) times.push(performance.now());
  });
  await until(() => got.seen.length === 4);
  await settled();
  expect(got.ids().filter((id) => id === again)).toHaveLength(2);
  expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(290);
});

test('when the handler throws, what it had not settled comes again', async () => {
  const ids = await tellFacts(3);
  const got = collect();
  let thrown = false;
  await start(async (batch) => {
    got.seen.push(...batch);
    if (thrown) return;
    thrown = true;
    batch[0]!.ack();
    throw new Error('the store is away');
  });
  await until(() => got.seen.length >= 5);
  await settled();
  expect(got.ids().toSorted()).toEqual([...ids, ...ids.slice(1)].toSorted());
});

test('a fact that always fails is soon handled alone, and holds up no others', async () => {
  const [poison] = await tellFacts(1);
  const alone: boolean[] = [];
  const got = collect();
  await start(async (batch) => {
    const bad = batch.find(({ message }) => message.alertId === poison);
    if (!bad) return void got.seen.push(...batch);
    // As a handler would that has seen enough of it; sooner than the server's back-off, for the test's sake.
    if (bad.deliveries <= 3) return batch.forEach((one) => void one.retry(100));
    alone.push(batch.length === 1);
    bad.reject('always-fails');
    for (const one of batch) got.seen.push(...(one === bad ? [] : [one]));
  });
  const ids = await tellFacts(20);
  await until(() => got.seen.length >= 20 && alone.length === 1);
  await settled();
  expect(alone).toEqual([true]);
  expect(got.ids().toSorted()).toEqual(ids.toSorted());
});

test('a handler that works longer than the server waits is not overtaken by a second delivery', async () => {
  const entry = { ...consumers.incidentsIntakeHigh, ackWaitMs: 1_000 };
  await bench.manager.consumers.update('ALERTS', entry.durable, { ack_wait: nanos(entry.ackWaitMs) });
  await tellFacts(1);
  let deliveries = 0;
  await start(async () => {
    deliveries++;
    await sleep(2_500);
  }, entry);
  await until(() => deliveries === 1);
  await settled(entry.durable);
  expect(deliveries).toBe(1);
});

test('a stop lets the handler finish, and gives back at once what was not handled', async () => {
  const ids = await tellFacts(150);
  const first = collect();
  const consumer = await start(async (batch) => {
    await sleep(300);
    first.seen.push(...batch);
  });
  await sleep(100);
  await consumer.stop();
  expect(first.seen.length).toBeGreaterThan(0);
  const second = collect();
  await start(async (batch) => void second.seen.push(...batch));
  await until(() => first.seen.length + second.seen.length >= 150, { timeoutMs: 5_000 });
  expect([...first.ids(), ...second.ids()].toSorted()).toEqual(ids.toSorted());
});

test.each([
  { gone: 'the bus restarts', go: () => bench.nats.restart() },
  { gone: 'the consumer is deleted', go: () => bench.manager.consumers.delete('ALERTS', 'incidents--intake-high') },
  { gone: 'the stream is deleted', go: () => bench.manager.streams.delete('ALERTS') },
])('consumption goes on after $gone', async ({ go }) => {
  const got = collect();
  await start(async (batch) => void got.seen.push(...batch));
  const before = await tellFacts(1);
  await until(() => got.seen.length === 1);
  await settled();
  await go();
  await sleep(500);
  await until(() => provision(bench.nc).then(() => true), { timeoutMs: 20_000 });
  const after = await tellFacts(1);
  await until(() => after.every((id) => got.ids().includes(id)), { timeoutMs: 20_000 });
  expect(got.ids()[0]).toBe(before[0]);
});

test('it starts before its stream does', async () => {
  await bench.manager.streams.delete('ALERTS');
  const got = collect();
  await start(async (batch) => void got.seen.push(...batch));
  await sleep(300);
  await provision(bench.nc);
  await tellFacts(1);
  await until(() => got.seen.length === 1, { timeoutMs: 15_000 });
});
