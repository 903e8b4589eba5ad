import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { promisify } from 'node:util';
import { create, toBinary } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { jetstream } from '@nats-io/jetstream';
import { freePort } from '@tocsin/local/engines';
import { facts, newId, until } from '@tocsin/platform';
import { AnswerOutcome, LoggedSchema } from '@tocsin/proto/incident/v1';
import { type Fakes, serveFakes } from './fake-services.ts';
import { type Harness, openHarness, type SignedIn } from './harness.ts';

const main = path.join(import.meta.dirname, '../../../packages/cli/src/main.ts');

let harness: Harness;
let fakes: Fakes;
let ada: SignedIn;
/** Of Ada, a responder. */
let own: string;
let reader: string;
beforeAll(async () => {
  harness = await openHarness();
  fakes = await serveFakes(harness);
  ada = await harness.user('admin', { personId: 'ada' });
  const body = { name: 'Ada’s terminal', role: 'responder', asPerson: true };
  own = ((await harness.api.call('keys.create', { as: ada, body })).body as { secret: string }).secret;
  reader = (await harness.key('observer')).secret;
});
afterAll(async () => {
  await Promise.all([...children].map(ended));
  await fakes?.stop();
  await harness?.close();
});

interface Outcome {
  code: number;
  out: string;
  err: string;
}

const environment = (key: string, url = harness.url) => ({
  ...process.env,
  NODE_OPTIONS: '',
  TOCSIN_API_KEY: key,
  TOCSIN_URL: url,
});

function tocsin(args: string[], { key = own, url = harness.url } = {}): Promise<Outcome> {
  return promisify(execFile)(process.execPath, [main, ...args], { env: environment(key, url) }).then(
    ({ stdout, stderr }) => ({ code: 0, out: stdout.trimEnd(), err: stderr.trimEnd() }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
      code,
      out: stdout.trimEnd(),
      err: stderr.trimEnd(),
    }),
  );
}

describe('looking', () => {
  test('what is open, on a line each, or as the API has it', async () => {
    const listed = await tocsin(['incidents', '--severity', 'critical,high', '--limit', '1'], { key: reader });
    expect(listed).toEqual({
      code: 0,
      out: expect.stringMatching(
        /^INC-7 {2}critical {2}acknowledged {2}Ada Lovelace {2}\d+d \d+h {2}db-17 unreachable$/,
      ),
      err: 'there are more: --limit lists more of them',
    });
    expect(fakes.asked.lists.at(-1)).toMatchObject({
      statuses: ['open', 'acknowledged'],
      severities: ['critical', 'high'],
      limit: 1,
    });
    const json = await tocsin(['incidents', '--all', '--json']);
    expect(JSON.parse(json.out)).toMatchObject({ items: [{ number: 'INC-7' }], nextCursor: 'more' });
    expect(fakes.asked.lists.at(-1)).toMatchObject({ statuses: [] });
  });

  test('one incident says who was told how, and what came of it', async () => {
    const { code, out } = await tocsin(['show', '7']);
    expect(code).toBe(0);
    expect(out).toMatch(/^INC-7 {2}db-17 unreachable\ncritical, acknowledged, Security operations, for /);
    expect(out).toContain('\nAda Lovelace has it\n');
    expect(out).toMatch(/\nresponse 1\/1 {2}Ada Lovelace +accepted\n/);
    expect(out).toMatch(/\nresponse 1\/1 {2}Ada Lovelace {2}sms +answered +\d\d:\d\d:\d\dZ/);
    expect(out).toMatch(/\n03:00:10Z Ada Lovelace: looking$/);
  });

  test('who is on call, and what came and why it paged', async () => {
    const oncall = await tocsin(['oncall', '--at', '2026-01-05T04:00:00+01:00']);
    expect(oncall.out).toBe('Primary  Ben Okri  until 2026-01-05T04:00:00.000Z  rotation weekly');
    const alerts = await tocsin(['alerts', '--integration', 'siem']);
    expect(alerts.out).toBe(
      '2026-01-05T03:00:00.000Z  siem  critical  trigger  paged: new-incident  db-17 unreachable',
    );
    expect(await tocsin(['alerts', '--integration', 'other'])).toEqual({ code: 0, out: '', err: 'nothing came' });
  });
});

describe('answering', () => {
  test.each([
    ['accept', [], AnswerOutcome.YOURS, 0, 'you have it', 'accept', {}],
    ['accept', [], AnswerOutcome.TAKEN, 1, 'Ada Lovelace has it', 'accept', {}],
    ['accept', [], AnswerOutcome.OVER, 1, 'it is over: the incident is closed', 'accept', {}],
    [
      'reject',
      ['--reason', 'on a train'],
      AnswerOutcome.REJECTED,
      0,
      'rejected: the next are paged',
      'reject',
      { reason: 'on a train' },
    ],
    ['resolve', [], AnswerOutcome.RESOLVED, 0, 'resolved', 'resolve', {}],
    ['escalate', [], AnswerOutcome.ESCALATED, 0, 'escalated: the next layer is paged', 'escalate', {}],
    ['page', ['--person', 'ben'], AnswerOutcome.DONE, 0, 'done', 'summon', { target: { id: 'ben' } }],
  ] as const)('%s %j with outcome %s', async (verb, options, outcome, code, out, command, value) => {
    fakes.outcome = outcome;
    expect(await tocsin([verb, 'INC-7', ...options])).toEqual({ code, out, err: '' });
    // As the person of who made the key.
    const asked = fakes.asked.commands.at(-1)!;
    expect(asked).toMatchObject({ incident: 'INC-7', byPersonId: 'ada', command: { case: command } });
    expect(asked.command.value).toMatchObject(value);
  });

  test('a key that acts as nobody can close, and cannot accept', async () => {
    const { secret } = await harness.key('responder');
    fakes.outcome = AnswerOutcome.RESOLVED;
    expect(await tocsin(['resolve', 'INC-7'], { key: secret })).toMatchObject({ code: 0 });
    expect(fakes.asked.commands.at(-1)!.byPersonId).toMatch(/^key:/);
    expect(await tocsin(['accept', 'INC-7'], { key: secret })).toMatchObject({
      code: 1,
      err: expect.stringContaining('an answer is a person’s, and this key acts as nobody'),
    });
  });
});

describe('what keeps it from working is a sentence and an exit code', () => {
  test.each([
    ['an incident that there is not', ['show', 'INC-99'], {}, 1, 'tocsin: there is no incident INC-99'],
    ['what is no incident', ['accept', 'db-17'], {}, 2, 'tocsin: db-17 is no incident, such as INC-42'],
    ['nobody to page', ['page', 'INC-7'], {}, 2, 'tocsin: say whom: one of --person, --team, --schedule'],
    ['two to page', ['page', 'INC-7', '--person', 'a', '--team', 'b'], {}, 2, 'tocsin: say whom'],
    ['no incident named', ['accept'], {}, 2, 'usage: tocsin accept <incident> [options]'],
    ['an option that it has not', ['oncall', '--who'], {}, 2, "tocsin: Unknown option '--who'"],
    ['a limit that is none', ['incidents', '--limit', 'many'], {}, 2, 'tocsin: limit: '],
    ['no key', ['incidents'], { key: '' }, 4, 'tocsin: TOCSIN_API_KEY is not set'],
    ['a key that is none', ['incidents'], { key: 'tocsin_x' }, 4, 'tocsin: '],
    ['an address that is none', ['incidents'], { url: 'tocsin.example' }, 2, 'tocsin: tocsin.example is no address'],
    ['a command that there is not', ['destroy'], {}, 2, 'usage: tocsin <command>'],
  ])('%s', async (_what, args, access, code, err) => {
    const outcome = await tocsin(args, access);
    expect(outcome).toMatchObject({ code, out: '' });
    expect(outcome.err.startsWith(err)).toBe(true);
  });

  test('a role that does not suffice, and a gateway that is away', async () => {
    expect((await tocsin(['resolve', 'INC-7'], { key: reader })).code).toBe(4);
    const url = `http://127.0.0.1:${await freePort()}`;
    expect(await tocsin(['incidents'], { url })).toEqual({ code: 3, out: '', err: `tocsin: ${url} does not answer` });
  });

  test('help is no failure', async () => {
    const help = await tocsin(['accept', '--help']);
    expect(help).toMatchObject({ code: 0, err: '', out: expect.stringContaining('usage: tocsin accept <incident>') });
    expect((await tocsin(['--help'])).out).toContain('  tail ');
  });
});

const children = new Set<ChildProcess>();

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** A tail that runs, and the lines of --json that it said. */
function follow(url: string, ...args: string[]) {
  const child = spawn(process.execPath, [main, 'tail', '--json', ...args], { env: environment(own, url) });
  children.add(child);
  const run = { child, text: '', err: '', lines: (): { id: string; kind: string; number: string }[] => [] };
  run.lines = () =>
    run.text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as never);
  child.stdout.on('data', (chunk) => (run.text += chunk));
  child.stderr.on('data', (chunk) => (run.err += chunk));
  const exitCode = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return Object.assign(run, { exitCode, kinds: () => run.lines().map(({ kind }) => kind) });
}

async function tell(kind: string) {
  const { id: incidentId } = fakes.incident;
  const fact = { entryId: newId(), organisationId: 'acme', incidentId, position: 1n, kind, dataJson: '{}' };
  await jetstream(harness.nc).publish(
    facts.incidentLogged.subject(),
    toBinary(LoggedSchema, create(LoggedSchema, fact)),
  );
}

describe('tail', () => {
  test('says what happens with the incident’s number, goes on after a gateway was away, and another time from an id', async () => {
    const port = await freePort();
    const first = await harness.replica({}, { port });
    await tell('k0');
    const one = follow(first.url, '--after', '0-0');
    await until(() => one.kinds().length > 0 || one.err !== '', { what: 'the tail to begin' });
    await tell('k1');
    await until(() => one.kinds().includes('k1'), { what: 'the first event' });
    expect(one.lines().at(-1)).toMatchObject({ number: 'INC-7', kind: 'k1' });
    await first.gateway.stop();
    await tell('k2');
    await harness.replica({}, { port });
    await until(() => one.kinds().includes('k2'), { what: 'what was told meanwhile' });
    await tell('k3');
    await until(() => one.kinds().includes('k3'));
    expect(one.kinds().filter((kind) => /^k[123]$/.test(kind))).toEqual(['k1', 'k2', 'k3']);
    one.child.kill('SIGINT');
    expect(await one.exitCode).toBe(0);

    const { id } = one.lines().find(({ kind }) => kind === 'k1')!;
    const again = follow(harness.url, '--after', id);
    await until(() => again.kinds().length >= 2, { what: 'what came after the id' });
    expect(again.kinds()).toEqual(['k2', 'k3']);
  });

  test('ends where the key is none', async () => {
    const outcome = await tocsin(['tail'], { key: 'tocsin_x' });
    expect(outcome).toMatchObject({ code: 4, out: '' });
  });
});
