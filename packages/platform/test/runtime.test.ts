import { execFile } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import {
  connectNats,
  createBackoff,
  createLifecycle,
  createLogger,
  createLoop,
  currentTrace,
  currentTraceparent,
  loadConfig,
  millis,
  newId,
  sleep,
  timestamp,
  until,
  withTrace,
} from '../src/index.ts';

const platform = new URL('../src/index.ts', import.meta.url).href;

/** Runs a script against the platform in a process of its own. */
function run(script: string, env: NodeJS.ProcessEnv = {}) {
  const { promise, resolve } = Promise.withResolvers<{ stdout: string; signal: string | null | undefined }>();
  const source = `import * as p from ${JSON.stringify(platform)};\n${script}`;
  execFile(
    process.execPath,
    ['--input-type=module-typescript', '-e', source],
    { env: { ...process.env, NODE_OPTIONS: '', ...env }, timeout: 20_000 },
    (error, stdout) => resolve({ stdout, signal: error?.signal }),
  );
  return promise;
}

describe('configuration', () => {
  const schema = z.object({
    PORT: z.coerce.number().int().min(0),
    NATS_URL: z.url(),
    MASTER_KEY: z.string().length(44),
  });

  test('is parsed by its schema', () => {
    const env = { PORT: '80', NATS_URL: 'nats://n:4222', MASTER_KEY: 'k'.repeat(44) };
    expect(loadConfig(schema, env)).toEqual({ ...env, PORT: 80 });
  });

  test('names every problem at once, and no value', () => {
    const load = () => loadConfig(schema, { PORT: '-1', MASTER_KEY: 'hunter2' });
    expect(load).toThrow(expect.objectContaining({ name: 'InvalidInput', code: 'config-invalid' }));
    expect(load).toThrow(/PORT: .*NATS_URL: is not set.*MASTER_KEY: /);
    expect(load).not.toThrow(/hunter2/);
  });
});

describe('the lifecycle', () => {
  test('stops last opened first, once, past what fails', async () => {
    const stopped: string[] = [];
    const lifecycle = createLifecycle(createLogger('test', 'silent'));
    lifecycle.add('store', async () => void stopped.push('store'));
    lifecycle.add('bus', () => Promise.reject(new Error('gone')));
    lifecycle.add('http', async () => void stopped.push('http'));
    await Promise.all([lifecycle.stop(), lifecycle.stop()]);
    expect(stopped).toEqual(['http', 'store']);
  });
});

describe('logs', () => {
  test('strike out what could name a person, and carry the trace', async () => {
    const { stdout } = await run(`
      const log = p.createLogger('test');
      const dup = new Error('E11000 duplicate key error collection: t.people dup key: { address: "+49151" }');
      Object.assign(dup, { keyValue: { address: '+49151' } });
      p.withTrace('00-${'a'.repeat(32)}-${'b'.repeat(16)}-01', () =>
        log.info({ err: dup, address: '+49151', reach: { to: '+49151', request: { token: '+49151' } }, person: 'p-1' }, 'reached'));
    `);
    const line = JSON.parse(stdout);
    expect(stdout).not.toContain('49151');
    expect(line).toMatchObject({ msg: 'reached', person: 'p-1', name: 'test', traceId: 'a'.repeat(32) });
    expect(line.err.message).toContain('E11000');
  });
});

describe('a crash point', () => {
  const script = `for (let i = 1; i <= 3; i++) { await p.crashPoint('a'); await p.crashPoint('b'); console.log(i); }`;
  test.each([
    { at: '', stdout: '1\n2\n3\n', signal: undefined },
    { at: 'c', stdout: '1\n2\n3\n', signal: undefined },
    { at: 'b', stdout: '', signal: 'SIGKILL' },
    { at: 'a:3', stdout: '1\n2\n', signal: 'SIGKILL' },
  ])('TOCSIN_CRASH_AT=$at ends with $signal', async ({ at, stdout, signal }) => {
    expect(await run(script, { TOCSIN_CRASH_AT: at })).toEqual({ stdout, signal });
  });
});

describe('waiting', () => {
  test('a back-off stays below a bound that doubles up to its maximum', () => {
    const backoff = createBackoff({ baseMs: 100, maxMs: 1_000 });
    for (const bound of [100, 200, 400, 800, 1_000, 1_000]) expect(backoff.next()).toBeLessThanOrEqual(bound);
    backoff.reset();
    expect(backoff.next()).toBeLessThanOrEqual(100);
  });

  test('a sleep ends with the signal’s reason', async () => {
    const reason = new Error('enough');
    await expect(sleep(60_000, AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  test('until says what it waited for, and why not', async () => {
    const never = until(() => Promise.reject(new Error('still away')), { timeoutMs: 60, what: 'the store' });
    await expect(never).rejects.toMatchObject({
      message: expect.stringContaining('the store'),
      cause: { message: 'still away' },
    });
    expect(await until(() => 0)).toBe(0);
  });
});

describe('small things', () => {
  test('ids rise inside one millisecond', () => {
    const ids = Array.from({ length: 1_000 }, newId);
    expect(ids).toEqual(ids.toSorted());
    expect(new Set(ids).size).toBe(1_000);
  });

  test('timestamps keep the millisecond, and absence', () => {
    expect(millis(timestamp(1_795_000_000_123))).toBe(1_795_000_000_123);
    expect(millis(undefined)).toBeUndefined();
  });

  test('a trace that makes no sense begins a new one; a nested span keeps the trace', () => {
    withTrace('nonsense', () => {
      const outer = currentTrace()!;
      expect(outer.traceId).toMatch(/^[0-9a-f]{32}$/);
      withTrace(currentTraceparent(), () => {
        expect(currentTrace()).toMatchObject({ traceId: outer.traceId });
        expect(currentTrace()!.spanId).not.toBe(outer.spanId);
      });
    });
    expect(currentTrace()).toBeUndefined();
  });

  test('connecting to a bus that is not there fails in words, within its bound, and shows no password', async () => {
    const failed = await connectNats('nats://user:pa55@127.0.0.1:1', 'test').catch((thrown: Error) => thrown);
    expect(failed).toMatchObject({
      name: 'Unavailable',
      code: 'bus-away',
      message: expect.stringContaining('127.0.0.1:1'),
    });
    expect((failed as Error).message).not.toContain('pa55');
  });
});

test('a loop goes on after a failure, at once when it is nudged, and its end waits for the round that runs', async () => {
  let rounds = 0;
  const held = Promise.withResolvers<void>();
  const loop = createLoop(
    'test',
    3_600_000,
    async (signal) => {
      rounds += 1;
      if (rounds === 1) throw new Error('of the first round');
      signal.addEventListener('abort', () => held.resolve());
      await held.promise;
    },
    createLogger('test', 'silent'),
  );
  await until(() => {
    loop.nudge();
    return rounds === 2;
  });
  await loop.stop();
  expect(rounds).toBe(2);
});
