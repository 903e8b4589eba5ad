import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createFakeTwilio, type FakeTwilio, type Neighbours, startNeighbours } from '@tocsin/notifier-kit/testing';
import { until } from '@tocsin/platform';
import { Outcome } from '@tocsin/proto/notifier/v1';
import { startTestEngines, type TestEngines } from '../../../deploy/local/src/engines/index.ts';

const MAIN = new URL('../src/main.ts', import.meta.url).pathname;

let engines: TestEngines;
let neighbours: Neighbours;
let twilio: FakeTwilio;
const children: ChildProcess[] = [];

beforeEach(async () => {
  engines = await startTestEngines({ nats: true, mongo: true, temporal: false });
  neighbours = await startNeighbours(engines.natsUrl, 'sms');
  twilio = await createFakeTwilio();
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  await neighbours.stop();
  await twilio.stop();
  await engines.stop();
});

/** A replica as a process of its own, that kills itself at this place. */
function replica(crashAt = ''): ChildProcess {
  const { accountSid, authToken, baseUrl } = twilio;
  const child = spawn(process.execPath, [MAIN], {
    stdio: 'ignore',
    env: {
      NATS_URL: engines.natsUrl,
      MONGODB_URL: engines.mongoUrl,
      NOTIFIER_PORT: '0',
      NOTIFIER_HOST: '127.0.0.1',
      TWILIO_ACCOUNTS: JSON.stringify([{ id: 'a', accountSid, authToken, from: '+15005550006', baseUrl }]),
      PROVIDER_TIMEOUT_MS: '1000',
      TOCSIN_CRASH_AT: crashAt,
    },
  });
  children.push(child);
  return child;
}

test.each([
  ['before the provider was asked', 'notifier-sms.calling', 0],
  ['after the provider took it', 'notifier-sms.called', 1],
])('a replica killed %s: the page reaches its phone exactly once', async (_, crashAt, takenBefore) => {
  const dying = replica(crashAt);
  await until(
    async () => {
      await neighbours.deliver({}, { timeoutMs: 1_500 }).catch(() => null);
      return dying.signalCode !== null;
    },
    { timeoutMs: 15_000, what: 'the replica to kill itself' },
  );
  expect(dying.signalCode).toBe('SIGKILL');
  expect(twilio.resources).toHaveLength(takenBefore);
  replica();
  const said = await until(
    async () => {
      // Time enough for a look-up on a machine that is busy.
      const answer = await neighbours.deliver({}, { goForMs: 9_000 });
      return answer.outcome === Outcome.SENT && answer;
    },
    { timeoutMs: 20_000, everyMs: 200, what: 'the page to be sent' },
  );
  expect(said.possibleRepeat).toBe(takenBefore === 0);
  expect(twilio.resources).toHaveLength(1);
  expect(twilio.resources[0]?.params.Body?.includes('Possible repeat.')).toBe(takenBefore === 0);
});
