import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { type Collector, startCollector } from '../../../test/harness/collector.ts';
import {
  createLogger,
  currentTrace,
  currentTraceparent,
  enterSpan,
  inSpan,
  resumeSpan,
  startTracing,
} from '../src/index.ts';

const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const UNSAMPLED = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';
const SPEC = { scope: 'test', name: 'step', kind: 'consumer' } as const;
const INNER = { scope: 'test', name: 'inner step', kind: 'internal' } as const;
const log = createLogger('test', 'silent');
const kept = { ...process.env };

let collector: Collector | undefined;

afterEach(async () => {
  await collector?.stop();
  collector = undefined;
  for (const name of Object.keys(process.env)) if (!(name in kept)) delete process.env[name];
});

/** A script of the platform in a process of its own; what it printed, how it ended and how long it took. */
async function run(script: string, env: Record<string, string>) {
  const startedAt = performance.now();
  const index = path.join(import.meta.dirname, '../src/index.ts');
  const code = `import * as p from ${JSON.stringify(index)};\n${script}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  const [exit] = await once(child, 'close');
  const lines = output.split('\n').filter((line) => line !== '');
  return { exit: exit as number, lines, tookMs: performance.now() - startedAt };
}

test('off, a span is a place in the trace and no more, and the SDK is not loaded', async () => {
  const { lines, exit } = await run(
    `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
    const tracing = await p.startTracing('test', p.createLogger('test'));
    p.enterSpan('${PARENT}', { scope: 'test', name: 'step', kind: 'consumer' }, () => {
      const outer = p.currentTrace();
      p.inSpan({ scope: 'test', name: 'inner', kind: 'client' }, () => {
        console.log(JSON.stringify({ outer, isSame: p.currentTrace() === outer }));
      });
    });
    await tracing.stop();
    console.log(JSON.stringify(loaded.filter((url) => url.includes('opentelemetry/sdk') || url.includes('otel.ts'))));
    `,
    {},
  );
  expect(exit).toBe(0);
  const [seen, loaded] = lines.map((line) => JSON.parse(line));
  expect(seen).toMatchObject({ outer: { traceId: '0af7651916cd43dd8448eb211c80319c', sampled: true }, isSame: true });
  expect(loaded).toEqual([]);
});

test.each([
  { what: 'no collector is named', env: {} },
  {
    what: 'the SDK is disabled',
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_SDK_DISABLED: 'true' },
  },
  {
    what: 'no exporter is wanted',
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_TRACES_EXPORTER: 'none' },
  },
])('$what: nothing is recorded', async ({ env }) => {
  Object.assign(process.env, env);
  const tracing = await startTracing('test', log);
  enterSpan(undefined, SPEC, () => inSpan(INNER, (span) => expect(span).toBeUndefined()));
  await tracing.stop();
});

test('an endpoint that is no address is named', async () => {
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = 'collector:4318';
  await expect(startTracing('test', log)).rejects.toMatchObject({
    name: 'InvalidInput',
    field: 'OTEL_EXPORTER_OTLP_ENDPOINT',
  });
});

test('spans go to the collector with their parents, kinds, links and errors', async () => {
  collector = await startCollector();
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = collector.url;
  process.env.OTEL_EXPORTER_OTLP_PROTOCOL = 'http/json';
  const tracing = await startTracing('some-service', log);
  let kept: string | undefined;
  await enterSpan(PARENT, SPEC, async () => {
    kept = currentTraceparent();
    await inSpan(INNER, async (span) => span?.set({ 'tocsin.outcome': 'taken' }));
    const failing = inSpan({ ...INNER, name: 'failing' }, () =>
      Promise.reject(Object.assign(new Error('words'), { code: 'store-away' })),
    );
    await expect(failing).rejects.toThrow('words');
  });
  enterSpan(undefined, { ...SPEC, name: 'webhook' }, () =>
    resumeSpan(kept, { ...SPEC, name: 'late' }, () => undefined),
  );
  enterSpan(UNSAMPLED, { ...SPEC, name: 'not sampled' }, () => expect(currentTrace()?.sampled).toBe(false));
  await tracing.stop();

  expect(collector.problems).toEqual([]);
  const named = (name: string) => collector!.spans.find((one) => one.name === name);
  const step = named('step');
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  expect(step).toMatchObject({ traceId, parentSpanId: 'b7ad6b7169203331', kind: 'consumer', service: 'some-service' });
  expect(step?.scope).toBe('@tocsin/test');
  expect(named('inner step')).toMatchObject({
    traceId,
    parentSpanId: step?.spanId,
    attributes: { 'tocsin.outcome': 'taken' },
  });
  expect(named('failing')).toMatchObject({ isError: true, attributes: { 'error.type': 'store-away' } });
  expect(named('late')).toMatchObject({ traceId, parentSpanId: step?.spanId, links: [named('webhook')?.traceId] });
  expect(named('not sampled')).toBeUndefined();
  expect(collector.bodies.join()).not.toContain('words');
});

test('protobuf is what is spoken where nothing else is said, and every span has been sent when it stopped', async () => {
  collector = await startCollector();
  process.env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT = `${collector.url}/v1/traces`;
  const tracing = await startTracing('test', log);
  enterSpan(undefined, SPEC, () => undefined);
  await tracing.stop();
  expect(collector.types).toEqual(['application/x-protobuf']);
  expect(collector.problems).toEqual([]);
});

/** Makes far more spans than the queue holds, until it is said that they are not delivered, and for a while after; then stops. */
const MANY = `
  let said = 0;
  const log = { warn() { said += 1; } };
  const tracing = await p.startTracing('test', log);
  const someMore = async () => {
    for (let n = 0; n < 250; n += 1) p.enterSpan(undefined, { scope: 'test', name: 'step', kind: 'consumer' }, () => undefined);
    await p.sleep(5);
  };
  while (said === 0) await someMore();
  for (let round = 0; round < 40; round += 1) await someMore();
  const startedAt = performance.now();
  await tracing.stop();
  console.log(JSON.stringify({ said, stopMs: performance.now() - startedAt }));
  process.exit(0);
`;

/** What a process in front of such a collector says at its end. */
async function inFrontOf(url: string, env: Record<string, string>): Promise<{ said: number; stopMs: number }> {
  const { exit, lines } = await run(MANY, { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_BSP_SCHEDULE_DELAY: '20', ...env });
  expect(exit).toBe(0);
  return JSON.parse(lines.at(-1) ?? '{}') as { said: number; stopMs: number };
}

test('a collector that never answers is waited for by nobody: it is said once, and who stops gives it 3 s', async () => {
  collector = await startCollector({ hangs: true });
  const { said, stopMs } = await inFrontOf(collector.url, {});
  expect(said).toBe(1);
  expect(stopMs).toBeGreaterThan(2_900);
  // A request to it may take 10 s.
  expect(stopMs).toBeLessThan(8_000);
  expect(collector.types.length).toBeGreaterThan(0);
}, 60_000);

test('a collector that is away is said once as well', async () => {
  const gone = await startCollector();
  await gone.stop();
  expect((await inFrontOf(gone.url, { OTEL_EXPORTER_OTLP_TIMEOUT: '100' })).said).toBe(1);
}, 60_000);
