import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { startTestEngines, type TestEngines } from '@tocsin/local/engines';
import { createAuthority, startTemporalGate, type TemporalGate } from '@tocsin/local/secured';
import { createTemporalClient, type TemporalClient, until } from '@tocsin/platform';
import { type Role, startRole } from './role.ts';

const KEYWORD = 2; // temporal.api.enums.v1.IndexedValueType
const TEXT = 1;
const WORKFLOW_QUEUE = 1; // temporal.api.enums.v1.TaskQueueType
const INCIDENTS_QUEUE = 'incidents';
const NAMES = ['TocsinSeverity', 'TocsinTeam', 'TocsinState'];

let engines: TestEngines;
let plain: TemporalClient;
let gate: TemporalGate;
/** As Temporal Cloud: it keeps the operator's API to itself. */
let cloud: TemporalGate;
let folder: string;
let secured: Record<string, string>;
let namespace: string;
let count = 0;
const running: Role[] = [];

const start = (role: string, env: Record<string, string>): Role => {
  const started = startRole(role, { TEMPORAL_NAMESPACE: namespace, ...env });
  running.push(started);
  return started;
};

beforeAll(async () => {
  engines = await startTestEngines({ nats: true, mongo: true, temporal: true });
  plain = await createTemporalClient(engines.temporalAddress, engines.namespace);
  const authority = await createAuthority('temporal');
  const [server, client] = await Promise.all([authority.issue('temporal'), authority.issue('client')]);
  const options = { upstream: engines.temporalAddress, server, clientCa: authority.cert, apiKey: 'right' };
  [gate, cloud] = await Promise.all([startTemporalGate(options), startTemporalGate({ ...options, cloud: true })]);
  folder = await mkdtemp(path.join(tmpdir(), 'tocsin-provisioning-'));
  const files = { ca: authority.cert, crt: client.cert, key: client.key, 'api-key': 'right' };
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  secured = {
    TEMPORAL_TLS_SERVER_CA_CERT_PATH: path.join(folder, 'ca'),
    TEMPORAL_TLS_CLIENT_CERT_PATH: path.join(folder, 'crt'),
    TEMPORAL_TLS_CLIENT_KEY_PATH: path.join(folder, 'key'),
    TEMPORAL_API_KEY_PATH: path.join(folder, 'api-key'),
  };
}, 120_000);
beforeEach(() => {
  namespace = `${engines.namespace}-${++count}`;
});
afterEach(async () => {
  for (const role of running.splice(0)) {
    role.child.kill('SIGKILL');
    await role.ended;
  }
});
afterAll(async () => {
  await Promise.all([plain?.connection.close(), gate?.stop(), cloud?.stop()]);
  await engines?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function attributes(): Promise<Record<string, unknown>> {
  const { customAttributes } = await plain.connection.operatorService.listSearchAttributes({ namespace });
  return customAttributes ?? {};
}

async function makeNamespace(): Promise<void> {
  const workflowExecutionRetentionPeriod = { seconds: 86_400 as never };
  await plain.connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod });
}

const addAttributes = (types: Record<string, number>) =>
  until(
    async () => {
      await plain.connection.operatorService.addSearchAttributes({ namespace, searchAttributes: types });
      return true;
    },
    { timeoutMs: 30_000, everyMs: 200, what: 'the attributes to be made' },
  );

async function polled(): Promise<void> {
  const asked = { namespace, taskQueue: { name: INCIDENTS_QUEUE }, taskQueueType: WORKFLOW_QUEUE };
  const polls = async () => {
    const { pollers } = await plain.connection.workflowService.describeTaskQueue(asked);
    return (pollers ?? []).length > 0;
  };
  await until(polls, { timeoutMs: 60_000, everyMs: 250, what: 'the worker to poll' });
}

test('namespace and search attributes are made through a secured frontend, and a second time changes nothing', async () => {
  const env = { TEMPORAL_ADDRESS: gate.address, ...secured };
  const first = await start('provision-temporal', env).ended;
  expect(first).toMatchObject({ code: 0, said: expect.stringContaining('namespace and search attributes are there') });
  expect(await attributes()).toEqual(Object.fromEntries(NAMES.map((name) => [name, KEYWORD])));
  expect(await start('provision-temporal', { ...env, TEMPORAL_RETENTION_DAYS: '7' }).ended).toMatchObject({ code: 0 });
  const { config } = await plain.connection.workflowService.describeNamespace({ namespace });
  expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(30 * 86_400);
}, 120_000);

test.each([
  [
    'another API key',
    { TEMPORAL_API_KEY: 'wrong', TEMPORAL_API_KEY_PATH: '' },
    /TEMPORAL_API_KEY: .* does not take this key/,
  ],
  [
    'no client certificate',
    { TEMPORAL_TLS_CLIENT_CERT_PATH: '', TEMPORAL_TLS_CLIENT_KEY_PATH: '' },
    /TEMPORAL_TLS_CLIENT_CERT_PATH: .* asks for a certificate, and this is not set/,
  ],
])('provisioning with %s ends at once, and says so', async (_what, wrong, words) => {
  const env = Object.fromEntries(Object.entries({ ...secured, ...wrong }).filter(([, value]) => value !== ''));
  const { code, said, afterMs } = await start('provision-temporal', { TEMPORAL_ADDRESS: gate.address, ...env }).ended;
  expect(code).toBe(1);
  expect(said).toMatch(words);
  expect(afterMs).toBeLessThan(30_000);
});

test('where a namespace is not for us to make, that is said at once', async () => {
  const { code, said, afterMs } = await start('provision-temporal', { TEMPORAL_ADDRESS: cloud.address, ...secured })
    .ended;
  expect(code).toBe(1);
  expect(said).toMatch(/search attributes TocsinSeverity, .* make them by its own means, and leave this step out/);
  expect(afterMs).toBeLessThan(30_000);
});

test('a search attribute of another type is refused at once, by provisioning and by a worker', async () => {
  await makeNamespace();
  await addAttributes({ TocsinTeam: TEXT });
  const env = { TEMPORAL_ADDRESS: engines.temporalAddress, NATS_URL: engines.natsUrl };
  for (const role of ['provision-temporal', 'worker']) {
    const { code, said } = await start(role, env).ended;
    expect([role, code]).toEqual([role, 1]);
    expect(said).toMatch(/another type than Keyword: TocsinTeam/);
  }
}, 120_000);

test('a worker that is started before its namespace is provisioned says so, waits, and polls once it is', async () => {
  const worker = start('worker', { TEMPORAL_ADDRESS: gate.address, NATS_URL: engines.natsUrl, ...secured });
  await worker.saying(`Temporal has no namespace ${namespace}`);
  await makeNamespace();
  await worker.saying(/lacks the search attributes TocsinSeverity, TocsinTeam, TocsinState \(Keyword\)/);
  expect(worker.child.exitCode).toBeNull();
  const provisioned = start('provision-temporal', { TEMPORAL_ADDRESS: gate.address, ...secured });
  expect(await provisioned.ended).toMatchObject({ code: 0 });
  await polled();
}, 180_000);

test('a worker that may not list search attributes looks for them by searching', async () => {
  await makeNamespace();
  const worker = start('worker', { TEMPORAL_ADDRESS: cloud.address, NATS_URL: engines.natsUrl, ...secured });
  await worker.saying(/lacks the search attributes TocsinSeverity, TocsinTeam, TocsinState/);
  await addAttributes(Object.fromEntries(NAMES.map((name) => [name, KEYWORD])));
  await polled();
}, 180_000);

test('incidents are taken while Temporal refuses us, and the log says by which setting', async () => {
  const { TEMPORAL_API_KEY_PATH: _path, ...rest } = secured;
  const incidents = start('incidents', {
    TEMPORAL_ADDRESS: gate.address,
    MONGODB_URL: engines.mongoUrl,
    NATS_URL: engines.natsUrl,
    ...rest,
    TEMPORAL_API_KEY: 'yesterday',
  });
  await incidents.saying(
    /"reason":"TEMPORAL_API_KEY: Temporal at \S+ does not take this key[^"]*","msg":"temporal is away, /,
  );
  expect(incidents.child.exitCode).toBeNull();
  expect(incidents.said()).not.toContain('yesterday');
}, 60_000);

test('a worker with another authority than the server’s ends at once, and its last line says why', async () => {
  const other = path.join(folder, 'other-ca');
  await writeFile(other, (await createAuthority('other')).cert);
  const env = { ...secured, TEMPORAL_TLS_SERVER_CA_CERT_PATH: other, NATS_URL: engines.natsUrl };
  const { code, said } = await start('worker', { TEMPORAL_ADDRESS: gate.address, ...env }).ended;
  expect(code).toBe(1);
  expect(said.trim().split('\n').at(-1)).toMatch(
    /TEMPORAL_TLS_SERVER_CA_CERT_PATH: the authority in this file did not sign/,
  );
});

test('a worker goes on with renewed certificates and another key, without a restart', async () => {
  const [before, after] = await Promise.all([createAuthority('before'), createAuthority('after')]);
  const server = await before.issue('temporal');
  const options = { upstream: engines.temporalAddress, server, clientCa: before.cert, apiKey: 'one' };
  const renewing = await startTemporalGate(options);
  const file = (name: string) => path.join(folder, `renewed-${name}`);
  const put = async ({ cert, key }: { cert: string; key: string }, apiKey: string) => {
    const files = { ca: before.cert, crt: cert, key, 'api-key': apiKey };
    for (const [name, text] of Object.entries(files)) await writeFile(file(name), text);
  };
  try {
    await put(await before.issue('client'), 'one');
    expect(await start('provision-temporal', { TEMPORAL_ADDRESS: gate.address, ...secured }).ended).toMatchObject({
      code: 0,
    });
    const worker = start('worker', {
      NATS_URL: engines.natsUrl,
      TEMPORAL_ADDRESS: renewing.address,
      TEMPORAL_TLS_SERVER_CA_CERT_PATH: file('ca'),
      TEMPORAL_TLS_CLIENT_CERT_PATH: file('crt'),
      TEMPORAL_TLS_CLIENT_KEY_PATH: file('key'),
      TEMPORAL_API_KEY_PATH: file('api-key'),
    });
    await polled();
    await put(await after.issue('client'), 'two');
    renewing.trust(after.cert);
    renewing.apiKey = 'two';
    await worker.saying('temporal is spoken to with renewed credentials');
    // A type that no worker knows: that this one says so shows that it polls and answers.
    const { client, connection } = await createTemporalClient(engines.temporalAddress, namespace);
    const handle = await client.workflow.start('unknown', { workflowId: 'any', taskQueue: INCIDENTS_QUEUE });
    const answered = async () =>
      (await handle.fetchHistory()).events?.some((one) => one.workflowTaskFailedEventAttributes);
    await until(answered, { timeoutMs: 30_000, everyMs: 250, what: 'the worker to answer' });
    await handle.terminate();
    await connection.close();
    expect(worker.child.exitCode).toBeNull();
  } finally {
    await renewing.stop();
  }
}, 180_000);
