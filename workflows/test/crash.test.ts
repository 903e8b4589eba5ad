import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { until } from '@tocsin/platform';
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
function startProcess(crashAt = ''): ChildProcess {
  const child = spawn(process.execPath, [MAIN], {
    stdio: ['ignore', 'ignore', 'inherit'],
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

test('a worker without a server to work for ends with an error', async () => {
  world.engines.temporalAddress = '127.0.0.1:1';
  const [code] = await once(startProcess(), 'exit');
  expect(code).toBe(1);
}, 60_000);
