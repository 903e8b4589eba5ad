import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  createFakeTwilio,
  createQuietLog,
  type FakeTwilio,
  type Neighbours,
  startNeighbours,
} from '@tocsin/notifier-kit/testing';
import { until } from '@tocsin/platform';
import { AnswerOutcome } from '@tocsin/proto/incident/v1';
import { Outcome } from '@tocsin/proto/notifier/v1';
import { AnswerKind } from '@tocsin/proto/page/v1';
import { startTestEngines, type TestEngines } from '../../../deploy/local/src/engines/index.ts';
import { createNotifierSms } from '../src/index.ts';

const ADA = '+491701112233';
const BEN = '+491704445566';
/** Of another organisation, in which her id is `ada` too. */
const OTHER_ADA = '+491707778899';
/** A second token of the first account. */
const ALTERNATE = 'the-other-token-of-the-first-account';

let engines: TestEngines;
let neighbours: Neighbours;
let twilio: FakeTwilio;
let second: FakeTwilio;
let create: () => ReturnType<typeof createNotifierSms>;
let notifier: ReturnType<typeof createNotifierSms>;
const lines: unknown[] = [];

beforeEach(async () => {
  engines = await startTestEngines({ nats: true, mongo: true, temporal: false });
  neighbours = await startNeighbours(engines.natsUrl, 'sms');
  [twilio, second] = await Promise.all([createFakeTwilio(), createFakeTwilio()]);
  const accounts = [twilio, second].map(({ accountSid, authToken, baseUrl }, index) => ({
    id: ['a', 'b'][index]!,
    accountSid,
    authToken,
    from: '+15005550006',
    baseUrl,
    ...(index === 0 ? { alternateAuthToken: ALTERNATE } : {}),
  }));
  const { natsUrl, mongoUrl } = engines;
  const config = { natsUrl, mongoUrl, port: 0, host: '127.0.0.1', twilioAccounts: accounts, providerTimeoutMs: 500 };
  create = () => createNotifierSms(config, { log: createQuietLog(lines) });
  notifier = create();
  await notifier.start();
});
afterEach(async () => {
  await notifier.stop();
  await neighbours.stop();
  await Promise.all([twilio.stop(), second.stop()]);
  await engines.stop();
  expect([...twilio.problems, ...second.problems]).toEqual([]);
  const logged = JSON.stringify(lines.splice(0), (_, value) => (value instanceof Error ? String(value.stack) : value));
  for (const personal of [ADA, BEN, ADA.slice(1), 'Ben Ito', twilio.authToken, ALTERNATE])
    expect(logged).not.toContain(personal);
});

const inbound = (account = 'a') => `http://127.0.0.1:${notifier.port}/twilio/${account}/sms`;
let messages = 0;
/** What a person hears who sends this text; empty for silence. */
async function hears(from: string, body: string, id = `SM${++messages}`): Promise<string> {
  const { status, text } = await twilio.post(inbound(), { MessageSid: id, From: from, To: '+15005550006', Body: body });
  expect(status).toBe(200);
  return /<Message>(.*)<\/Message>/.exec(text)?.[1] ?? '';
}
/** The code of the newest page. */
function code(from = twilio): string {
  return /PAGE (\w{4}) /.exec(from.resources.at(-1)?.params.Body ?? '')?.[1] ?? 'none';
}

test('a page goes out with its words, a bound on its validity, and an address for receipts', async () => {
  expect(await neighbours.deliver({}, { usefulForMs: 45_500 })).toMatchObject({ outcome: Outcome.SENT, provider: 'a' });
  const { params } = twilio.resources[0]!;
  expect(params.Body).toBe(
    `PAGE ${code()} CRITICAL INC-42 db-17 unreachable. Reply ${code()}1=accept ${code()}2=reject`,
  );
  expect(params).toMatchObject({ To: ADA, ValidityPeriod: '45' });
  const receipt = { MessageSid: twilio.resources[0]!.sid, MessageStatus: 'delivered' };
  expect((await twilio.post(params.StatusCallback!, receipt)).status).toBe(204);
});

test('a reply with the code accepts, and hears so', async () => {
  await neighbours.deliver();
  expect(await hears(ADA, ` ${code().toLowerCase()} 1 `)).toBe('INC-42: you have it.');
  expect(neighbours.answersAsked).toMatchObject([{ answer: AnswerKind.ACCEPT, key: { personId: 'ada' } }]);
});

test('a reject brings its reason', async () => {
  await neighbours.deliver();
  neighbours.decide = () => ({ outcome: AnswerOutcome.REJECTED });
  expect(await hears(ADA, `${code()}2 in a plane`)).toBe('INC-42: noted; the next person is called.');
  expect(neighbours.answersAsked).toMatchObject([{ answer: AnswerKind.REJECT, reason: 'in a plane' }]);
});

test('who is late hears who has it; after the end, that it is over', async () => {
  await neighbours.deliver();
  neighbours.decide = () => ({ outcome: AnswerOutcome.TAKEN, ownerPersonId: 'ben' });
  expect(await hears(ADA, `${code()}1`)).toBe('INC-42: Ben Ito has it.');
  neighbours.decide = () => ({ outcome: AnswerOutcome.OVER });
  expect(await hears(ADA, `${code()}1`)).toBe('INC-42: over.');
});

test('a reply that comes while the roster is silent is heard once the roster is back', async () => {
  await neighbours.deliver();
  const { addresses } = neighbours;
  neighbours.addresses = null;
  const heard = hears(ADA, `${code()}1`);
  await until(() => neighbours.holdersAsked > 0, { what: 'the roster to be asked' });
  neighbours.addresses = addresses;
  expect(await heard).toBe('INC-42: you have it.');
});

test('a message that comes twice is one answer', async () => {
  await neighbours.deliver();
  const first = await hears(ADA, `${code()}1`, 'SMtwice');
  neighbours.decide = () => ({ outcome: AnswerOutcome.OVER });
  expect(await hears(ADA, `${code()}1`, 'SMtwice')).toBe(first);
  expect(neighbours.answersAsked).toHaveLength(1);
});

test('a code from somebody else’s phone, or from nobody’s, is silence and changes nothing', async () => {
  await neighbours.deliver();
  expect(await hears(BEN, `${code()}1`)).toBe('');
  expect(await hears(OTHER_ADA, `${code()}1`)).toBe('');
  expect(await hears('+491700000000', `${code()}1`)).toBe('');
  expect(await hears(ADA, 'STOP')).toBe('');
  expect(neighbours.answersAsked).toEqual([]);
});

test('a wrong code gets help, five times at most until a right one', async () => {
  await neighbours.deliver();
  const said = [];
  for (let n = 0; n < 7; n += 1) said.push(await hears(ADA, n % 2 === 0 ? 'XXXX1' : 'hello?'));
  expect(said.map((one) => one !== '')).toEqual([true, true, true, true, true, false, false]);
  expect(neighbours.answersAsked).toEqual([]);
  await hears(ADA, `${code()}1`);
  expect(await hears(ADA, 'hello?')).toContain('Not understood');
});

test('the code of somebody else’s page says nothing on one’s own phone, and answers neither', async () => {
  await neighbours.deliver();
  const adas = code();
  await neighbours.deliver({ personId: 'ben', contactMethodId: 'ben-phone' });
  expect(await hears(BEN, `${adas}1`)).toBe('');
  expect(await hears(ADA, `${code()}2`)).toBe('');
  expect(neighbours.answersAsked).toEqual([]);
});

test('a code that is guessed again and again gets no answer, and hears nothing that tells how near it was', async () => {
  await neighbours.deliver();
  const right = code();
  const guesses = Array.from({ length: 12 }, (_, n) => `${right.slice(0, 3)}${'34679ACDEFGH'[n]}`);
  const said = new Set<string>();
  for (const guess of guesses.filter((one) => one !== right)) said.add(await hears(ADA, `${guess}1`));
  expect(said).toEqual(new Set([expect.stringContaining('Not understood'), '']));
  expect(neighbours.answersAsked).toEqual([]);
});

test('a page that was withdrawn is answered like any other: who replies hears who has it', async () => {
  await neighbours.deliver();
  await neighbours.withdraw();
  neighbours.decide = () => ({ outcome: AnswerOutcome.TAKEN, ownerPersonId: 'ben' });
  expect(await hears(ADA, `${code()}1`)).toBe('INC-42: Ben Ito has it.');
});

test('a message brought again after a restart is the same answer still', async () => {
  await neighbours.deliver();
  const first = await hears(ADA, `${code()}1`, 'SMagain');
  await notifier.stop();
  notifier = create();
  await notifier.start();
  neighbours.decide = () => ({ outcome: AnswerOutcome.OVER });
  expect(await hears(ADA, `${code()}1`, 'SMagain')).toBe(first);
  expect(neighbours.answersAsked).toHaveLength(1);
});

test('while tokens change, webhooks signed with either are taken; requests are made with the first', async () => {
  await neighbours.deliver();
  const reply = (id: string) => ({ MessageSid: id, From: ADA, To: '+15005550006', Body: `${code()}1` });
  for (const [id, authToken] of [
    ['SMold', twilio.authToken],
    ['SMnew', ALTERNATE],
  ] as const) {
    expect((await twilio.post(inbound(), reply(id), { authToken })).text).toContain('you have it');
  }
  // One account's alternate token says nothing about another's webhooks.
  expect((await twilio.post(inbound('b'), reply('SMb'), { authToken: ALTERNATE })).status).toBe(403);
  expect(neighbours.answersAsked.map((one) => one.answerId)).toEqual(['sms-SMold', 'sms-SMnew']);
});

test('what the carrier took and could not deliver goes out by the other account', async () => {
  await neighbours.deliver();
  const { sid, params } = twilio.resources[0]!;
  const failed = { MessageSid: sid, MessageStatus: 'undelivered', ErrorCode: '30008' };
  expect((await twilio.post(params.StatusCallback!, failed)).status).toBe(204);
  expect(await neighbours.deliver()).toMatchObject({ outcome: Outcome.SENT, provider: 'b', possibleRepeat: false });
  expect(second.resources[0]?.params.Body).toBe(params.Body);
});

test('a landline that shows only afterwards is refused', async () => {
  await neighbours.deliver();
  const { sid, params } = twilio.resources[0]!;
  await twilio.post(params.StatusCallback!, { MessageSid: sid, MessageStatus: 'undelivered', ErrorCode: '30006' });
  expect(await neighbours.deliver()).toMatchObject({ outcome: Outcome.REFUSED, reason: 'landline' });
  expect(second.resources).toEqual([]);
});

test('two pages to one phone have two codes, and each answers its own', async () => {
  await neighbours.deliver();
  const first = code();
  await neighbours.deliver({ repeat: 2 });
  expect(code()).not.toBe(first);
  await hears(ADA, `${first}1`);
  expect(neighbours.answersAsked[0]?.key?.repeat).toBe(1);
});

test.each([
  ['forged', { authToken: 'not-the-token' }],
  ['made for another address', { signedUrl: 'http://attacker.example/twilio/a/sms' }],
])('a webhook with a signature that is %s is refused', async (_, opts) => {
  await neighbours.deliver();
  const params = { MessageSid: 'SMforged', From: ADA, Body: `${code()}1` };
  expect((await twilio.post(inbound(), params, opts)).status).toBe(403);
  expect((await twilio.post(inbound('nobody'), params)).status).toBe(403);
  const { StatusCallback } = twilio.resources[0]!.params;
  const receipt = { MessageSid: 'SM1', MessageStatus: 'failed' };
  expect((await twilio.post(StatusCallback!, receipt, { authToken: 'x' })).status).toBe(403);
  // One account's token says nothing about another's webhooks.
  expect((await second.post(inbound('a'), params)).status).toBe(403);
  expect(neighbours.answersAsked).toEqual([]);
});

test('an account that fails is followed by the other; one that hangs, with a possible repeat', async () => {
  twilio.next({ do: 'refuse', status: 500 }, { do: 'take-then-hang' });
  expect(await neighbours.deliver()).toMatchObject({ outcome: Outcome.SENT, provider: 'b', possibleRepeat: false });
  expect(await neighbours.deliver({ repeat: 2 })).toMatchObject({ provider: 'b', possibleRepeat: true });
  expect(second.resources[1]?.params.Body).toContain('Possible repeat.');
  expect(code(second)).toBe(code(twilio));
});

test('a message that was taken unheard is found by look-up', async () => {
  twilio.next({ do: 'take-then-drop' });
  second.next({ do: 'refuse', status: 503 }, { do: 'refuse', status: 503 });
  expect((await neighbours.deliver()).outcome).toBe(Outcome.IN_PROGRESS);
  const said = await neighbours.deliver();
  expect(said).toMatchObject({ outcome: Outcome.SENT, provider: 'a', providerId: twilio.resources[0]?.sid });
  expect(twilio.asked).toBe(1);
});

test('a carrier that refuses the number ends it; the reason is catalogued', async () => {
  twilio.next({ do: 'refuse', status: 400, code: 21_610 });
  const said = await neighbours.deliver();
  expect(said).toMatchObject({ outcome: Outcome.REFUSED, reason: 'stopped-by-recipient' });
});

test('news names who has it', async () => {
  await neighbours.deliver({ kind: 'taken' }, { ownerPersonId: 'ben' });
  expect(twilio.resources[0]?.params.Body).toBe('INC-42 is taken by Ben Ito.');
});

test('while incidents is away a reply is noted, and told on', async () => {
  await neighbours.deliver();
  let away = true;
  neighbours.decide = () => {
    if (away) throw new Error('away');
    return { outcome: AnswerOutcome.YOURS };
  };
  expect(await hears(ADA, `${code()}1`, 'SMlate')).toBe('INC-42: noted, working on it.');
  away = false;
  await until(async () => (await hears(ADA, `${code()}1`, 'SMlate')) === 'INC-42: you have it.');
});
