import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { jetstream } from '@nats-io/jetstream';
import { headers } from '@nats-io/nats-core';
import { consume, consumers, createTeller, factRow, facts, provision, until, withTrace } from '../src/index.ts';
import { makeRoom } from '../src/nats/make-room.ts';
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

function startTeller(sweepEveryMs?: number) {
  const teller = bench.teller(sweepEveryMs);
  stops.push(() => teller.stop());
  return teller;
}

const allTold = () => until(async () => (await bench.untold()) === 0, { what: 'every fact to be told' });

test('a nudge tells what was stored at once, and more of it than one batch', async () => {
  const teller = startTeller(60_000);
  const ids = await bench.storeFacts(600);
  teller.nudge();
  await allTold();
  expect(await bench.messages('ALERTS')).toBe(ids.length);
});

test('a nudge during a telling is not forgotten', async () => {
  const teller = startTeller(60_000);
  for (let i = 0; i < 20; i++) {
    await bench.storeFacts(1);
    teller.nudge();
  }
  await allTold();
});

test('nudges that may wait for others are one look at the store', async () => {
  let looks = 0;
  const { nc, log, store } = bench;
  const untold = (limit: number, olderThanMs?: number) => {
    looks += 1;
    return store.untold(limit, olderThanMs);
  };
  const teller = createTeller({ nc, log, store: { ...store, untold }, sweepEveryMs: 60_000, gatherMs: 300 });
  stops.push(() => teller.stop());
  await until(() => looks === 1, { what: 'the look at the start' });
  for (let i = 0; i < 20; i++) {
    await bench.storeFacts(1);
    teller.nudge();
  }
  await allTold();
  expect(looks).toBeLessThan(10);
});

test('what nobody nudged is told by the sweep', async () => {
  await bench.storeFacts(3);
  await bench.rows.updateMany({}, { $set: { at: new Date(Date.now() - 5_000) } });
  startTeller();
  await allTold();
  expect(await bench.messages('ALERTS')).toBe(3);
});

test('facts stored while the bus is away are told after its restart, without a nudge', async () => {
  startTeller();
  await bench.nats.kill();
  await bench.storeFacts(5);
  await bench.nats.restart();
  await until(async () => (await bench.untold()) === 0, { timeoutMs: 20_000 });
  expect(await bench.messages('ALERTS')).toBe(5);
});

test('telling twice is harmless: the stream keeps one, and the row counts as told', async () => {
  const teller = startTeller(60_000);
  await bench.storeFacts(4);
  teller.nudge();
  await allTold();
  // As after a crash between the stream's acknowledgement and the mark.
  await bench.rows.updateMany({}, { $set: { told: null } });
  teller.nudge();
  await allTold();
  expect(await bench.messages('ALERTS')).toBe(4);
});

test('two replicas that tell the same facts leave one of each', async () => {
  const [one, other] = [startTeller(60_000), startTeller(60_000)];
  await bench.storeFacts(100);
  one.nudge();
  other.nudge();
  await allTold();
  expect(await bench.messages('ALERTS')).toBe(100);
});

test('a fact carries the trace of who stored it', async () => {
  const traces: (string | undefined)[] = [];
  const consumer = await consume(
    bench.nc,
    consumers.incidentsProgress,
    async (batch) => void traces.push(...batch.map(({ trace }) => trace)),
    { log: bench.log },
  );
  stops.push(() => consumer.stop());
  const row = withTrace('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', () =>
    factRow(facts.pageProgressed, { factId: 'f' }, { id: 'f' }),
  );
  await bench.rows.insertOne(row);
  startTeller(60_000);
  await until(() => traces.length === 1);
  expect(traces[0]).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-/);
});

test('a full stream keeps what is unread, and takes new facts once it is read', async () => {
  await provision(bench.nc, { maxBytes: 20_000 });
  const js = jetstream(bench.nc);
  const filler = headers();
  const fill = async () => {
    for (;;) await js.publish('alert.v1.received.high', new Uint8Array(500), { headers: filler });
  };
  await expect(fill()).rejects.toThrow(/maximum/);
  const full = await bench.messages('ALERTS');
  expect(full).toBeGreaterThan(20);

  startTeller();
  await bench.storeFacts(1);
  await bench.rows.updateMany({}, { $set: { at: new Date(Date.now() - 5_000) } });
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(await bench.untold()).toBe(1);
  expect(await bench.messages('ALERTS')).toBe(full);

  const reader = await consume(bench.nc, consumers.incidentsIntakeHigh, async () => {}, { log: bench.log });
  stops.push(() => reader.stop());
  await allTold();
  expect(await bench.messages('ALERTS')).toBeLessThan(full);
});

test('a consumer that yields keeps no room from new facts', async () => {
  await provision(bench.nc, { maxBytes: 20_000 });
  const js = jetstream(bench.nc);
  const fill = async () => {
    for (;;) await js.publish('incident.v1.logged', new Uint8Array(500));
  };
  await expect(fill()).rejects.toThrow(/maximum/);
  // Nobody reads for the chat, where none is served.
  expect(await makeRoom(bench.nc, 'INCIDENTS')).toBe(0);
  for (const entry of [consumers.analyticsFold, consumers.webhooksIntake]) {
    const reader = await consume(bench.nc, entry, async () => {}, { log: bench.log });
    stops.push(() => reader.stop());
  }
  await until(async () => (await makeRoom(bench.nc, 'INCIDENTS')) > 0, { what: 'room in the stream' });
});

test('provisioning again changes what differs and keeps what is stored', async () => {
  const teller = startTeller(60_000);
  await bench.storeFacts(2);
  teller.nudge();
  await allTold();
  await provision(bench.nc, { maxBytes: 5_000_000 });
  const { config, state } = await bench.manager.streams.info('ALERTS');
  expect([config.max_bytes, config.discard, state.messages]).toEqual([5_000_000, 'new', 2]);
});
