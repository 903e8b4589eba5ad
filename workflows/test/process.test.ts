import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startTestEngines, type TestEngines } from '@tocsin/local/engines';
import { createTemporalClient, until } from '@tocsin/platform';
import { Outcome } from '@tocsin/proto/notifier/v1';
import {
  INCIDENT_WORKFLOW,
  INCIDENTS_QUEUE,
  incidentWorkflowId,
  PROGRESS_QUERY,
  TASK_TIMEOUT_MS,
} from '../contracts/index.ts';
import { ask, INCIDENT, incidentState, startWorld, type World } from './world.ts';

const MAIN = fileURLToPath(new URL('../worker/main.ts', import.meta.url));

let world: World;
const children: ChildProcess[] = [];
beforeEach(async () => {
  world = await startWorld();
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }
  await world.stop();
});

interface ProcessOptions {
  /** The place where it is killed. */
  crashAt?: string;
  errors?: 'inherit' | 'ignore';
  output?: 'pipe' | 'ignore';
  logLevel?: string;
  engines?: Pick<TestEngines, 'natsUrl' | 'temporalAddress' | 'namespace'>;
  /** One that this machine does not have, and metrics cannot be served at. */
  metricsAddress?: string;
}

/** The worker as a process. */
function startProcess(options: ProcessOptions = {}): ChildProcess {
  const { crashAt = '', errors = 'inherit', output = 'ignore', logLevel = 'fatal', engines = world.engines } = options;
  const { metricsAddress } = options;
  const child = spawn(process.execPath, [MAIN], {
    stdio: ['ignore', output, errors],
    env: {
      PATH: process.env.PATH,
      NATS_URL: engines.natsUrl,
      TEMPORAL_ADDRESS: engines.temporalAddress,
      TEMPORAL_NAMESPACE: engines.namespace,
      LOG_LEVEL: logLevel,
      TOCSIN_CRASH_AT: crashAt,
      ...(metricsAddress ? { TEMPORAL_METRICS_ADDRESS: metricsAddress } : {}),
    },
  });
  children.push(child);
  return child;
}

test.each([
  { place: 'worker.begun', turnAfterEvents: 2_000 },
  { place: 'worker.before-deliver', turnAfterEvents: 2_000 },
  { place: 'worker.delivered', turnAfterEvents: 30 },
])(
  'a worker killed at $place loses nothing and pages nobody by a second name',
  async ({ place, turnAfterEvents }) => {
    const victim = startProcess({ crashAt: place });
    const died = once(victim, 'exit');
    const handle = await world.startIncident({ turnAfterEvents });
    expect(await died).toEqual([null, 'SIGKILL']);

    startProcess();
    const pages = () => new Set(world.delivered.filter((one) => one.endsWith('/page')));
    await until(() => pages().size === 2, { what: 'both pages', timeoutMs: 30_000 });
    expect(await ask(handle, 'ada', 'resolve')).toMatchObject({ outcome: 'resolved' });
    expect(await handle.result()).toMatchObject({ status: 'closed' });
    expect([...pages()].sort()).toEqual([
      'sms 01INCIDENT/response/1/1/ada/ada-sms/1/page',
      'voice 01INCIDENT/response/1/1/ada/ada-voice/1/page',
    ]);
  },
  90_000,
);

test('a worker that is told to end finishes what is under way', async () => {
  const asked = new Set<string>();
  let settle = () => {};
  const settled = new Promise<void>((resolve) => {
    settle = resolve;
  });
  world.says.deliver = async ({ key }) => {
    asked.add(key?.id ?? '');
    await settled;
    return { outcome: Outcome.SENT };
  };
  const process = startProcess();
  const ended = once(process, 'exit');
  const handle = await world.startIncident();
  await until(() => asked.size === 2, { what: 'both requests', timeoutMs: 20_000 });
  process.kill('SIGTERM');
  settle();
  expect(await ended).toEqual([0, null]);
  const outcomes = async () => {
    const { events } = await handle.fetchHistory();
    const results = events?.map(({ activityTaskCompletedEventAttributes: done }) =>
      String(done?.result?.payloads?.[0]?.data),
    );
    return results?.flatMap((one) => [...one.matchAll(/"outcome":"(\w+)"/g)].map(([, outcome]) => outcome)) ?? [];
  };
  // A step of the plan that was on its way to the worker is lost with it; results show when that step's time is over.
  const what = 'what came of both requests';
  await until(async () => (await outcomes()).length === 2, { what, timeoutMs: TASK_TIMEOUT_MS + 6_000 });
  expect(await outcomes()).toEqual(['sent', 'sent']);
}, 60_000);

test('a worker that is started while NATS and Temporal are away says so, waits, and works when they are there', async () => {
  const own = await startTestEngines({ nats: true, temporal: 'own' });
  const { nats, temporal } = own.engines;
  await Promise.all([nats!.kill(), temporal!.kill()]);
  let said = '';
  const child = startProcess({ engines: own, logLevel: 'warn', output: 'pipe' });
  child.stdout?.on('data', (data) => {
    said += data;
  });
  const waitsFor = (code: string) =>
    until(() => said.includes(`"code":"${code}"`), { what: `a worker that waits: ${code}`, timeoutMs: 60_000 });
  const { client, connection } = await createTemporalClient(own.temporalAddress, own.namespace);
  try {
    await waitsFor('bus-away');
    await nats!.restart();
    await waitsFor('temporal-away');
    await temporal!.restart();
    await until(
      async () => {
        const input = { state: incidentState() };
        const handle = await client.workflow.start(INCIDENT_WORKFLOW, {
          workflowId: incidentWorkflowId(INCIDENT),
          workflowIdConflictPolicy: 'USE_EXISTING',
          taskQueue: INCIDENTS_QUEUE,
          args: [input],
        });
        return (await handle.query<{ heardVersion: number }>(PROGRESS_QUERY)).heardVersion === 1;
      },
      { what: 'the worker to answer', timeoutMs: 60_000 },
    );
    expect(child.exitCode).toBeNull();
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  } finally {
    await connection.close();
    await own.stop();
  }
}, 180_000);

test('a worker that waiting does not help ends with an error', async () => {
  const [code] = await once(startProcess({ errors: 'ignore', metricsAddress: '192.0.2.1:9465' }), 'exit');
  expect(code).toBe(1);
}, 60_000);
