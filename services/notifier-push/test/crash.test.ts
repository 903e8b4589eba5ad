import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Neighbours, startNeighbours } from '@tocsin/notifier-kit/testing';
import { until } from '@tocsin/platform';
import { Outcome } from '@tocsin/proto/notifier/v1';
import { startTestEngines, type TestEngines } from '../../../deploy/local/src/engines/index.ts';
import { createPushService, LOCAL_PUSH, type LocalPushService } from '../../../deploy/local/src/push/index.ts';
import { tellBy, VAPID } from './world.ts';

const MAIN = new URL('../src/main.ts', import.meta.url).pathname;

let engines: TestEngines;
let neighbours: Neighbours;
let push: LocalPushService;
const children: ChildProcess[] = [];

beforeEach(async () => {
  engines = await startTestEngines({ nats: true, mongo: true, temporal: false });
  neighbours = await startNeighbours(engines.natsUrl, 'push');
  push = createPushService({ port: 0, publicKey: VAPID.publicKey, tell: tellBy(() => neighbours) });
  await push.start();
  neighbours.addresses = new Map([['acme/ada/ada-phone', push.device('ada').address]]);
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  await neighbours.stop();
  await push.stop();
  await engines.stop();
  expect(push.problems).toEqual([]);
});

/** A replica as a process of its own, that kills itself at this place. */
function replica(crashAt = '', env: Record<string, string> = {}): ChildProcess {
  const child = spawn(process.execPath, [MAIN], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: {
      NATS_URL: engines.natsUrl,
      MONGODB_URL: engines.mongoUrl,
      NOTIFIER_PORT: '0',
      NOTIFIER_HOST: '127.0.0.1',
      VAPID_PUBLIC_KEY: VAPID.publicKey,
      VAPID_PRIVATE_KEY: VAPID.privateKey,
      VAPID_SUBJECT: VAPID.subject,
      PUSH_SERVICES: JSON.stringify([{ origin: LOCAL_PUSH, baseUrl: push.baseUrl }]),
      PROVIDER_TIMEOUT_MS: '300',
      TOCSIN_CRASH_AT: crashAt,
      ...env,
    },
  });
  children.push(child);
  return child;
}

const sent = () =>
  until(
    async () => {
      const answer = await neighbours.deliver({}, { goForMs: 9_000 });
      return answer.outcome === Outcome.SENT && answer;
    },
    { timeoutMs: 30_000, everyMs: 200, what: 'the page to be sent' },
  );
const dies = (child: ChildProcess, meanwhile: () => Promise<unknown>) =>
  until(
    async () => {
      await meanwhile().catch(() => null);
      return child.signalCode === 'SIGKILL';
    },
    { timeoutMs: 20_000, what: 'the replica to kill itself' },
  );
const screen = () => push.device('ada').shown.map(({ title, look }) => `${title}: ${look.body}`);

test('a replica killed before the push service was asked: the page arrives once', async () => {
  await dies(replica('notifier-push.calling'), () => neighbours.deliver({}, { timeoutMs: 1_500 }));
  expect(push.pushes).toEqual([]);
  replica();
  expect((await sent()).possibleRepeat).toBe(true);
  expect(screen()).toEqual(['CRITICAL INC-42: db-17 unreachable\nPossible repeat.']);
  expect(push.pushes).toHaveLength(1);
});

test('a replica killed after it was taken: sent again as a possible repeat, it is one notification on the screen', async () => {
  await dies(replica('notifier-push.called'), () => neighbours.deliver({}, { timeoutMs: 1_500 }));
  expect(screen()).toEqual(['CRITICAL INC-42: db-17 unreachable']);
  replica();
  await sent();
  expect(screen()).toHaveLength(1);
});

test('a replica killed with an answer in its hands: it was stored, and is told on', async () => {
  const dying = replica('notifier-push.answer-stored');
  await sent();
  await dies(dying, () => push.device('ada').press('INC-42', 'accept'));
  expect(neighbours.answersAsked).toEqual([]);
  expect(screen()[0]).toContain('Not sent: Tocsin cannot be reached. Try again.');
  replica();
  await until(() => neighbours.answersAsked.length > 0, { timeoutMs: 20_000, what: 'the answer to be told on' });
  expect(neighbours.answersAsked[0]).toMatchObject({ key: { personId: 'ada' } });
  // Pressed again it is the same answer.
  await push.answer('ada', 'INC-42', 'accept');
  expect(screen()).toEqual(['INC-42: You have it.']);
  expect(new Set(neighbours.answersAsked.map(({ answerId }) => answerId)).size).toBe(1);
});

test('what the log told while no replica was there is shown by the next', async () => {
  const first = replica();
  await sent();
  first.kill('SIGKILL');
  await once(first, 'exit');
  neighbours.logs(7, 'accepted', { person: 'ben' });
  replica();
  await until(() => screen()[0]?.includes('Ben Ito has it.'), { timeoutMs: 20_000, what: 'the screen to say so' });
});

test.each([
  ['VAPID_PRIVATE_KEY', 'A'.repeat(42).concat('B')],
  ['VAPID_SUBJECT', 'operator@example.com'],
  ['VAPID_PREVIOUS', JSON.stringify({ publicKey: VAPID.publicKey, privateKey: 'A'.repeat(42).concat('B') })],
  ['PUSH_SERVICES', '[{"origin":"https://push.example.com/path","baseUrl":"http://127.0.0.1:1"}]'],
])('a wrong %s keeps it from starting, by name', async (name, value) => {
  const child = replica('', { [name]: value });
  let said = '';
  child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await once(child, 'close');
  expect(child.exitCode).toBe(1);
  expect(said).toContain(name);
});
