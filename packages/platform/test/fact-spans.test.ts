import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type Collector, startCollector } from '../../../test/harness/collector.ts';
import {
  consume,
  consumers,
  factRow,
  facts,
  newId,
  startTracing,
  type Tracing,
  until,
  withTrace,
} from '../src/index.ts';
import { startFactBench } from './fact-bench.ts';

const FIRST = '0af7651916cd43dd8448eb211c80319c';
const SECOND = 'b'.repeat(32);

let bench: Awaited<ReturnType<typeof startFactBench>>;
let collector: Collector;
let tracing: Tracing;
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  bench = await startFactBench();
});
afterAll(() => bench.stop());
beforeEach(async () => {
  await bench.reset();
  collector = await startCollector();
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = collector.url;
  process.env.OTEL_EXPORTER_OTLP_PROTOCOL = 'http/json';
  tracing = await startTracing('test', bench.log);
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  await tracing.stop();
  await collector.stop();
  delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
  delete process.env.OTEL_EXPORTER_OTLP_PROTOCOL;
});

/** Stores facts, each of its own trace, tells them, and lets a consumer take them together; resolves when all are done. */
async function tell(traceIds: string[]): Promise<void> {
  let taken = 0;
  for (const traceId of traceIds) {
    // The stream drops what comes twice under one id, whichever test told it.
    const id = newId();
    const row = withTrace(`00-${traceId}-00f067aa0ba902b7-01`, () =>
      factRow(facts.pageProgressed, { factId: id }, { id }),
    );
    await bench.rows.insertOne(row);
  }
  const teller = bench.teller(60_000);
  stops.push(() => teller.stop());
  await until(async () => (await bench.untold()) === 0, { what: 'every fact to be told' });
  const handler = async (batch: unknown[]) => {
    taken += batch.length;
  };
  const consumer = await consume(bench.nc, consumers.incidentsProgress, handler, { log: bench.log, maxWaitMs: 500 });
  await until(() => taken === traceIds.length, { what: 'every fact to be taken' });
  await consumer.stop();
  await tracing.stop();
  expect(collector.problems).toEqual([]);
}

const named = (name: string) => collector.spans.filter((one) => one.name === name);

test('a fact alone is handled in the trace of who stored it, behind the telling of it', async () => {
  await tell([FIRST]);
  const [sent] = named('send page.v1.progressed');
  const [handled] = named('process page.v1.progressed');
  expect(sent).toMatchObject({ traceId: FIRST, kind: 'producer' });
  expect(handled).toMatchObject({ traceId: FIRST, parentSpanId: sent?.spanId, kind: 'consumer', links: [] });
  expect(handled?.attributes).toMatchObject({ 'messaging.consumer.group.name': 'incidents--progress' });
});

test('facts together are a trace of their own, with links to where each came from', async () => {
  await tell([FIRST, SECOND]);
  const [handled, ...others] = named('process page.v1.progressed');
  expect(others).toEqual([]);
  expect(handled?.parentSpanId).toBeUndefined();
  expect([FIRST, SECOND]).not.toContain(handled?.traceId);
  expect(handled?.links.toSorted()).toEqual([FIRST, SECOND].toSorted());
});
