import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { until } from '@tocsin/platform';
import { Outcome } from '@tocsin/proto/notifier/v1';
import { createWorker } from '../worker/index.ts';
import { asking, startWorld, type World } from './world.ts';

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

/** The worker as a process; `crashAt` names the place where it is killed. */
function startProcess(crashAt = '', errors: 'inherit' | 'ignore' = 'inherit'): ChildProcess {
  const child = spawn(process.execPath, [MAIN], {
    stdio: ['ignore', 'ignore', errors],
    env: {
      PATH: process.env.PATH,
      NATS_URL: world.engines.natsUrl,
      TEMPORAL_ADDRESS: world.engines.temporalAddress,
      TEMPORAL_NAMESPACE: world.engines.namespace,
      LOG_LEVEL: 'fatal',
      TOCSIN_CRASH_AT: crashAt,
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
    const victim = startProcess(place);
    const died = once(victim, 'exit');
    const handle = await world.startIncident({ turnAfterEvents });
    expect(await died).toEqual([null, 'SIGKILL']);

    startProcess();
    const pages = () => new Set(world.delivered.filter((one) => one.endsWith('/page')));
    await until(() => pages().size === 2, { what: 'both pages', timeoutMs: 30_000 });
    const [update, options] = asking('ada', 'resolve');
    expect(await handle.executeUpdate(update, options)).toMatchObject({ outcome: 'resolved' });
    expect(await handle.result()).toMatchObject({ status: 'closed' });
    expect([...pages()].sort()).toEqual([
      'sms 01INCIDENT/response/1/1/ada/ada-sms/1/page',
      'voice 01INCIDENT/response/1/1/ada/ada-voice/1/page',
    ]);
  },
  90_000,
);

test('a worker that is told to end finishes what is under way', async () => {
  let deliveries = 0;
  let settle = () => {};
  const settled = new Promise<void>((resolve) => {
    settle = resolve;
  });
  world.says.deliver = async () => {
    deliveries += 1;
    await settled;
    return { outcome: Outcome.SENT };
  };
  const process = startProcess();
  const ended = once(process, 'exit');
  const handle = await world.startIncident();
  await until(() => deliveries === 2, { what: 'both requests', timeoutMs: 20_000 });
  process.kill('SIGTERM');
  settle();
  expect(await ended).toEqual([0, null]);
  const { events } = await handle.fetchHistory();
  const delivered = events?.filter((one) => one.activityTaskCompletedEventAttributes?.result?.payloads);
  const results = delivered?.map((one) =>
    String(one.activityTaskCompletedEventAttributes?.result?.payloads?.[0]?.data),
  );
  expect(results?.filter((one) => one.includes('"outcome":"sent"'))).toHaveLength(2);
}, 60_000);

test('a worker refuses a namespace in which its workflows could not live, and says what is missing', async () => {
  const namespace = `${world.engines.namespace}-bare`;
  await world.client.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });
  const config = {
    natsUrl: world.engines.natsUrl,
    temporalAddress: world.engines.temporalAddress,
    temporalNamespace: namespace,
    logLevel: 'silent',
  };
  // A new namespace reaches the server's parts one after another: refusals for another reason are asked again.
  const refused = await until(() =>
    createWorker(config)
      .start()
      .then(
        () => false as const,
        (error: Error & { code?: string }) => (error.code === 'search-attributes-missing' ? error : undefined),
      ),
  );
  expect(refused.message).toMatch(/TocsinSeverity, TocsinTeam, TocsinState/);
}, 60_000);

test('a worker without a server to work for ends with an error', async () => {
  world.engines.temporalAddress = '127.0.0.1:1';
  const [code] = await once(startProcess('', 'ignore'), 'exit');
  expect(code).toBe(1);
}, 60_000);
