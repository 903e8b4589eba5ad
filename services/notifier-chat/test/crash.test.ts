import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Neighbours, startNeighbours } from '@tocsin/notifier-kit/testing';
import { until } from '@tocsin/platform';
import { Outcome } from '@tocsin/proto/notifier/v1';
import { createFakeSlack, type FakeSlack } from '../../../deploy/local/src/chat/index.ts';
import { freePort, startTestEngines, type TestEngines } from '../../../deploy/local/src/engines/index.ts';
import { ADA, WORKSPACE } from './world.ts';

const MAIN = new URL('../src/main.ts', import.meta.url).pathname;

let engines: TestEngines;
let neighbours: Neighbours;
let slack: FakeSlack;
let port: number;
const children: ChildProcess[] = [];

beforeEach(async () => {
  engines = await startTestEngines({ nats: true, mongo: true, temporal: false });
  neighbours = await startNeighbours(engines.natsUrl, 'chat');
  neighbours.addresses = new Map([['acme/ada/ada-phone', `slack:acme/${ADA}`]]);
  port = await freePort();
  const { id: workspaceId, botToken, signingSecret } = WORKSPACE;
  const interactivityUrl = () => `http://127.0.0.1:${port}/slack/acme/actions`;
  slack = createFakeSlack({ port: 0, workspaceId, botToken, signingSecret, interactivityUrl });
  await slack.start();
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  await neighbours.stop();
  await slack.stop();
  await engines.stop();
  expect(slack.problems).toEqual([]);
});

/** A replica as a process of its own, that kills itself at this place. */
function replica(crashAt = ''): ChildProcess {
  const child = spawn(process.execPath, [MAIN], {
    stdio: 'ignore',
    env: {
      NATS_URL: engines.natsUrl,
      MONGODB_URL: engines.mongoUrl,
      NOTIFIER_PORT: String(port),
      NOTIFIER_HOST: '127.0.0.1',
      SLACK_WORKSPACES: JSON.stringify([{ ...WORKSPACE, baseUrl: slack.baseUrl }]),
      PROVIDER_TIMEOUT_MS: '300',
      TOCSIN_CRASH_AT: crashAt,
    },
  });
  children.push(child);
  return child;
}

const sent = (what: string) =>
  until(
    async () => {
      const answer = await neighbours.deliver({}, { goForMs: 9_000 });
      return answer.outcome === Outcome.SENT && answer;
    },
    { timeoutMs: 30_000, everyMs: 200, what },
  );
const dies = (child: ChildProcess, meanwhile: () => Promise<unknown>) =>
  until(
    async () => {
      await meanwhile().catch(() => null);
      return child.signalCode === 'SIGKILL';
    },
    { timeoutMs: 20_000, what: 'the replica to kill itself' },
  );

test.each([
  ['before Slack was asked: the page arrives once', 'notifier-chat.calling', []],
  ['after Slack took it: it arrives again only as a possible repeat', 'notifier-chat.called', [false]],
])('a replica killed %s', async (_, crashAt, before) => {
  await dies(replica(crashAt), () => neighbours.deliver({}, { timeoutMs: 1_500 }));
  const marked = () => slack.readBy(ADA).map((one) => one.includes('Possible repeat.'));
  expect(marked()).toEqual(before);
  replica();
  expect((await sent('the page to be sent')).possibleRepeat).toBe(true);
  expect(marked()).toEqual([...before, true]);
});

test('a replica killed with a press in its hands: it was stored, is told on, and the message says what came of it', async () => {
  const dying = replica('notifier-chat.answer-stored');
  await sent('the page to be sent');
  const [page] = slack.posts;
  await dies(dying, () => slack.press(page!, 'accept', ADA));
  expect(neighbours.answersAsked).toEqual([]);
  replica();
  await until(() => neighbours.answersAsked.length > 0, { timeoutMs: 20_000, what: 'the answer to be told on' });
  expect(neighbours.answersAsked[0]).toMatchObject({ key: { personId: 'ada' } });
  neighbours.logs(7, 'accepted', { person: 'ada' });
  await until(() => slack.readBy(ADA)[0]?.endsWith('Ada Roth has it.'), { timeoutMs: 20_000, what: 'the message' });
});

test('what the log told while no replica was there is shown by the next', async () => {
  const first = replica();
  await sent('the page to be sent');
  first.kill('SIGKILL');
  await once(first, 'exit');
  neighbours.logs(7, 'accepted', { person: 'ben' });
  neighbours.names.set('acme/ben', 'Ben Ito');
  replica();
  await until(() => slack.readBy(ADA)[0]?.endsWith('Ben Ito has it.'), { timeoutMs: 20_000, what: 'the message' });
});
