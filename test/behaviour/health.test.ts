import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freePort } from '@tocsin/local/engines';
import { until } from '@tocsin/platform';
import { parseOpenMetrics, sumOf } from '../harness/open-metrics.ts';
import { type ProcessSystem, startProcesses } from '../harness/process-system.ts';
import { SERVICES, type ServiceName } from '../harness/processes.ts';

interface Said {
  status: number;
  /** Of the process' one service: each thing that was looked at. */
  said: Record<string, string>;
}

/** What each service says is away while an engine is, and whether it can do its job all the same. */
const ENGINES: { engine: 'nats' | 'mongo' | 'temporal'; said: string; stops: ServiceName[]; goOn: ServiceName[] }[] = [
  { engine: 'nats', said: 'nats', stops: ['roster', 'incidents', 'sms', 'voice', 'worker'], goOn: ['ingestion'] },
  { engine: 'mongo', said: 'store', stops: ['roster', 'ingestion', 'incidents', 'sms', 'voice'], goOn: ['worker'] },
  {
    engine: 'temporal',
    said: 'temporal',
    stops: ['incidents', 'worker'],
    goOn: ['roster', 'ingestion', 'sms', 'voice'],
  },
];

let s: ProcessSystem;
let temporalMetrics: string;

beforeAll(async () => {
  temporalMetrics = `127.0.0.1:${await freePort()}`;
  s = await startProcesses({
    ops: true,
    env: { TEMPORAL_METRICS_ADDRESS: temporalMetrics },
    engines: { nats: true, mongo: 'own', temporal: 'own' },
  });
}, 120_000);
afterAll(() => s?.stop());

async function ask(name: ServiceName, path: string): Promise<Said> {
  const response = await fetch(`${s.opsUrl(name)}${path}`, { signal: AbortSignal.timeout(10_000) });
  const { status: _, ...services } = (await response.json()) as Record<string, Record<string, string>>;
  expect(Object.keys(services)).toHaveLength(1);
  return { status: response.status, said: Object.values(services)[0]! };
}

async function everyone(path: string): Promise<Map<ServiceName, Said>> {
  return new Map(await Promise.all(SERVICES.map(async (name) => [name, await ask(name, path)] as const)));
}

async function statusOf(path: string): Promise<Record<string, number>> {
  return Object.fromEntries([...(await everyone(path))].map(([name, { status }]) => [name, status]));
}

const all = (status: number) => Object.fromEntries(SERVICES.map((name) => [name, status]));

async function readyAgain(): Promise<void> {
  await until(async () => Object.values(await statusOf('/readyz')).every((status) => status === 200), {
    timeoutMs: 60_000,
    everyMs: 200,
    what: 'every process to be ready',
  });
}

test('a process that works is started, alive and ready, and counts for itself alone', async () => {
  await readyAgain();
  for (const path of ['/startupz', '/livez', '/readyz']) expect(await statusOf(path)).toEqual(all(200));
  for (const name of SERVICES) {
    const families = parseOpenMetrics(await (await fetch(`${s.opsUrl(name)}/metrics`)).text());
    expect(sumOf(families, 'tocsin_ready')).toBe(1);
    const components = families.flatMap(({ series }) => series.flatMap(({ labels }) => labels.component ?? []));
    expect(new Set(components).size).toBe(1);
    expect(families.some((one) => one.name === 'nodejs_eventloop_lag_seconds')).toBe(true);
  }
});

test("the worker serves the metrics of Temporal's SDK where it was told to, in seconds and with totals", async () => {
  const text = await until(
    async () => {
      const said = await (await fetch(`http://${temporalMetrics}/metrics`)).text();
      return said.includes('temporal_long_request_total') && said;
    },
    { timeoutMs: 20_000, what: 'a poll to be counted' },
  );
  expect(text).toMatch(/^temporal_num_pollers\{.*task_queue="page-sms".*\} [1-9]/m);
  expect(text).toMatch(/^temporal_request_latency_seconds_count/m);
});

test.each(ENGINES)(
  '$engine away: who needs it is not ready and says why, all are alive; back: all are ready again',
  async ({ engine, said, stops, goOn }) => {
    await s.engines.engines[engine]!.kill();
    try {
      await until(
        async () => {
          const ready = await everyone('/readyz');
          return stops.every((name) => ready.get(name)?.status === 503 && ready.get(name)?.said[said] === 'away');
        },
        { timeoutMs: 30_000, everyMs: 200, what: `whoever needs ${engine} to say that it is away` },
      );
      const ready = await everyone('/readyz');
      for (const name of goOn) expect([name, ready.get(name)?.status]).toEqual([name, 200]);
      expect(await statusOf('/livez')).toEqual(all(200));
      expect(await statusOf('/startupz')).toEqual(all(200));
      const families = parseOpenMetrics(await (await fetch(`${s.opsUrl('incidents')}/metrics`)).text());
      expect(sumOf(families, 'tocsin_ready')).toBe(0);
    } finally {
      await s.engines.engines[engine]!.restart();
    }
    await readyAgain();
  },
  120_000,
);

test('a process that waits for an engine is alive, and neither started nor ready', async () => {
  await s.processes.worker.stop();
  await s.engines.engines.temporal!.kill();
  try {
    s.processes.worker.start();
    await until(() => ask('worker', '/livez').catch(() => undefined), {
      timeoutMs: 20_000,
      what: 'the process to answer',
    });
    expect((await ask('worker', '/livez')).status).toBe(200);
    expect(await ask('worker', '/startupz')).toEqual({ status: 503, said: { start: 'starting' } });
    expect(await ask('worker', '/readyz')).toEqual({ status: 503, said: { start: 'starting' } });
  } finally {
    await s.engines.engines.temporal!.restart();
  }
  await readyAgain();
}, 120_000);

test('an engine that says nothing is as one that is away, and nobody waits for it for long', async () => {
  await s.engines.engines.mongo!.pause();
  try {
    const tookMs = await until(
      async () => {
        const startedAt = performance.now();
        const { said } = await ask('roster', '/readyz');
        return said.store === 'away' && performance.now() - startedAt;
      },
      { what: 'a silent store to be noticed' },
    );
    // The store itself would be waited for for 20 s.
    expect(tookMs).toBeLessThan(4_000);
    expect((await ask('roster', '/livez')).status).toBe(200);
  } finally {
    s.engines.engines.mongo!.resume();
  }
  await readyAgain();
}, 60_000);
