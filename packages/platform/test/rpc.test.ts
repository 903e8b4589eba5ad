import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { headers } from '@nats-io/nats-core';
import { startTestEngines, type TestEngines } from '@tocsin/local/engines';
import type { Roster } from '@tocsin/proto/roster/v1';
import {
  Conflict,
  connectNats,
  createClient,
  createLogger,
  currentTrace,
  Forbidden,
  type Handlers,
  InvalidInput,
  type NatsConnection,
  NotFound,
  RateLimited,
  type RequestContext,
  serve,
  services,
  sleep,
  Unauthenticated,
  Unavailable,
  until,
  withTrace,
} from '../src/index.ts';

const log = createLogger('test', 'silent');
let engines: TestEngines;
let callers: NatsConnection;
let servers: NatsConnection;
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  engines = await startTestEngines({ nats: true });
});
afterAll(() => engines.stop());
beforeEach(async () => {
  callers = await connectNats(engines.natsUrl, 'callers');
  servers = await connectNats(engines.natsUrl, 'servers');
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  await callers.close();
  await servers.close();
});

type Resolve = Handlers<typeof Roster>['resolve'];

function unused(): never {
  throw new Error('not part of this test');
}

async function serveResolve(resolve: Resolve, concurrency?: number) {
  const others = {
    begin: unused,
    reach: unused,
    findByAddress: unused,
    forgetAddress: unused,
    apply: unused,
    shifts: unused,
    timeZones: unused,
  };
  const handlers = { ...others, resolve };
  const server = serve(servers, services.roster, handlers, { log, ...(concurrency ? { concurrency } : {}) });
  stops.push(() => server.stop());
  await servers.flush();
  return server;
}

describe('a request', () => {
  test('is answered by a member of the queue group, once', async () => {
    let handled = 0;
    for (const _ of [1, 2, 3]) {
      await serveResolve(async ({ organisationId }) => {
        handled++;
        return { gaps: [organisationId] };
      });
    }
    const answer = await createClient(callers, services.roster).resolve({ organisationId: 'org-1' });
    expect(answer.gaps).toEqual(['org-1']);
    expect(handled).toBe(1);
  });

  test('carries its key, its deadline and its trace to the handler', async () => {
    const seen: { context: RequestContext; traceId: string | undefined }[] = [];
    await serveResolve(async (_, context) => {
      seen.push({ context, traceId: currentTrace()?.traceId });
      return {};
    });
    const before = Date.now();
    const traceId = await withTrace(undefined, async () => {
      await createClient(callers, services.roster).resolve({}, { key: 'key-1', timeoutMs: 2_000 });
      return currentTrace()!.traceId;
    });
    expect(seen).toHaveLength(1);
    expect(seen[0]!.context.key).toBe('key-1');
    expect(seen[0]!.traceId).toBe(traceId);
    expect(seen[0]!.context.deadlineAt).toBeGreaterThanOrEqual(before + 2_000);
    expect(seen[0]!.context.deadlineAt).toBeLessThanOrEqual(Date.now() + 2_000);
  });

  test('never waits past the deadline that its caller was given', async () => {
    await serveResolve(() => sleep(2_000).then(() => ({})));
    const began = performance.now();
    const call = createClient(callers, services.roster).resolve({}, { timeoutMs: 5_000, deadlineAt: Date.now() + 150 });
    await expect(call).rejects.toMatchObject({ name: 'Unavailable', code: 'timeout' });
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  test('that nobody serves fails within 100 ms', async () => {
    const client = createClient(callers, services.roster);
    await client.resolve({}).catch(() => {});
    const began = performance.now();
    await expect(client.resolve({})).rejects.toMatchObject({ name: 'Unavailable', code: 'no-responder' });
    expect(performance.now() - began).toBeLessThan(100);
  });

  test('of one instance does not reach another', async () => {
    const handlers = {
      deliver: async () => ({ provider: 'carrier-1' }),
      withdraw: async () => ({ stopped: 0 }),
      hearDevice: async () => ({}),
    };
    const server = serve(servers, services.notifier, handlers, { log, instance: 'sms' });
    stops.push(() => server.stop());
    await servers.flush();
    const sms = createClient(callers, services.notifier, { instance: 'sms' });
    const voice = createClient(callers, services.notifier, { instance: 'voice' });
    expect((await sms.deliver({})).provider).toBe('carrier-1');
    await expect(voice.deliver({})).rejects.toMatchObject({ code: 'no-responder' });
  });

  test.each(['a.b', '>', '*', '', 'A'])('cannot be aimed by the instance %j', (instance) => {
    expect(() => createClient(callers, services.notifier, { instance })).toThrow(InvalidInput);
  });

  test('too large for a message is the caller’s error, and names no time-out', async () => {
    await serveResolve(async () => ({}));
    const organisationId = 'x'.repeat(callers.info!.max_payload);
    const call = createClient(callers, services.roster).resolve({ organisationId });
    await expect(call).rejects.toMatchObject({ name: 'InvalidInput', code: 'request-too-large' });
  });

  test('made while the bus is away is answered once it is back, and fails at its deadline if it is not', async () => {
    await serveResolve(async () => ({ gaps: ['back'] }));
    const client = createClient(callers, services.roster);
    await engines.engines.nats!.kill();
    await expect(client.resolve({}, { timeoutMs: 300 })).rejects.toMatchObject({
      name: 'Unavailable',
      code: 'timeout',
    });
    const waiting = client.resolve({}, { timeoutMs: 20_000 }).catch((error: unknown) => error);
    await engines.engines.nats!.restart();
    // The server's own connection may be back a moment later than the caller's.
    const outcome = await waiting;
    if (outcome instanceof Error) expect(outcome).toMatchObject({ code: 'no-responder' });
    expect((await until(() => client.resolve({}))).gaps).toEqual(['back']);
  });
});

describe('an error crosses the bus with its class, code, field and words', () => {
  test.each([
    new InvalidInput('a layer needs a target', { code: 'layer-empty', field: 'layers[0]' }),
    new NotFound('no such person', { code: 'person-unknown' }),
    new Conflict('somebody else was first – «ü»', { code: 'taken' }),
    new Unauthenticated('who are you?', { code: 'key-unknown' }),
    new Forbidden('not yours', { code: 'not-yours' }),
    new RateLimited('slower', { code: 'too-fast', retryAfterMs: 1_500 }),
    new Unavailable('two\r\nlines', { code: 'store-away', retryAfterMs: 20 }),
  ])('$name', async (error) => {
    await serveResolve(() => Promise.reject(error));
    const heard = await createClient(callers, services.roster)
      .resolve({})
      .catch((thrown: unknown) => thrown);
    expect(heard).toBeInstanceOf(error.constructor);
    expect(heard).toMatchObject({ message: error.message, code: error.code });
    expect({ ...(heard as object) }).toEqual({ ...error });
  });

  test('but a bug says nothing of itself', async () => {
    await serveResolve(() => Promise.reject(new TypeError('cannot read +49151 of undefined')));
    const heard = await createClient(callers, services.roster)
      .resolve({})
      .catch((thrown: unknown) => thrown);
    expect(heard).toMatchObject({ name: 'Internal', code: 'internal', message: 'internal error' });
    expect(JSON.stringify(heard)).not.toContain('49151');
  });

  test('and bytes that are no request are the caller’s error', async () => {
    await serveResolve(async () => ({}));
    const reply = await callers.request('rpc.roster.v1.Roster.Resolve', Uint8Array.of(0xff, 0xff));
    expect(JSON.parse(reply.headers!.get('Tocsin-Error'))).toMatchObject({
      class: 'InvalidInput',
      code: 'request-undecodable',
    });
  });
});

describe('a server', () => {
  test('refuses what comes after its deadline without working on it', async () => {
    let handled = 0;
    await serveResolve(async () => {
      handled++;
      return {};
    });
    const late = headers();
    late.set('Tocsin-Deadline', String(Date.now() - 1));
    const reply = await callers.request('rpc.roster.v1.Roster.Resolve', undefined, { timeout: 1_000, headers: late });
    expect(JSON.parse(reply.headers!.get('Tocsin-Error'))).toMatchObject({ class: 'Unavailable', code: 'timeout' });
    expect(handled).toBe(0);
  });

  test('tells its handler when the deadline passes', async () => {
    const aborted = Promise.withResolvers<number>();
    await serveResolve(async (_, { signal, deadlineAt }) => {
      signal.addEventListener('abort', () => aborted.resolve(Date.now() - deadlineAt));
      await sleep(5_000, signal);
      return {};
    });
    const call = createClient(callers, services.roster).resolve({}, { timeoutMs: 200 });
    await expect(call).rejects.toMatchObject({ code: 'timeout' });
    expect(Math.abs(await aborted.promise)).toBeLessThan(150);
  });

  test('answers overloaded beyond its concurrency, and works on when there is room', async () => {
    const gate = Promise.withResolvers<void>();
    let running = 0;
    await serveResolve(async () => {
      running++;
      await gate.promise;
      return {};
    }, 2);
    const client = createClient(callers, services.roster);
    const taken = [client.resolve({}), client.resolve({})];
    await until(() => running === 2);
    await expect(client.resolve({})).rejects.toMatchObject({ name: 'Unavailable', code: 'overloaded' });
    gate.resolve();
    await Promise.all(taken);
    await expect(client.resolve({})).resolves.toBeDefined();
  });

  test('that stops finishes what it took and takes nothing more', async () => {
    const gate = Promise.withResolvers<void>();
    let running = 0;
    const server = await serveResolve(async () => {
      running++;
      await gate.promise;
      return { gaps: ['finished'] };
    });
    const client = createClient(callers, services.roster);
    const taken = client.resolve({});
    await until(() => running === 1);
    const stopped = server.stop();
    await servers.flush();
    await expect(client.resolve({})).rejects.toMatchObject({ code: 'no-responder' });
    expect(running).toBe(1);
    gate.resolve();
    await stopped;
    expect((await taken).gaps).toEqual(['finished']);
  });
});
