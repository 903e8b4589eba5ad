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
import { createNotifierVoice } from '../src/index.ts';

const ADA = '+491701112233';

let engines: TestEngines;
let neighbours: Neighbours;
let twilio: FakeTwilio;
let notifier: ReturnType<typeof createNotifierVoice>;
const lines: unknown[] = [];

beforeEach(async () => {
  engines = await startTestEngines({ nats: true, mongo: true, temporal: false });
  neighbours = await startNeighbours(engines.natsUrl, 'voice');
  twilio = await createFakeTwilio();
  const { accountSid, authToken, baseUrl } = twilio;
  const { natsUrl, mongoUrl } = engines;
  const twilioAccounts = [{ id: 'a', accountSid, authToken, from: '+15005550006', baseUrl }];
  const config = { natsUrl, mongoUrl, port: 0, host: '127.0.0.1', twilioAccounts, providerTimeoutMs: 500 };
  notifier = createNotifierVoice(config, { log: createQuietLog(lines) });
  await notifier.start();
});
afterEach(async () => {
  await notifier.stop();
  await neighbours.stop();
  await twilio.stop();
  await engines.stop();
  expect(twilio.problems).toEqual([]);
  const logged = JSON.stringify(lines.splice(0), (_, value) => (value instanceof Error ? String(value.stack) : value));
  for (const personal of [ADA, ADA.slice(1), 'Ben Ito', twilio.authToken]) expect(logged).not.toContain(personal);
});

const call = () => twilio.resources.at(-1)!;
const status = (CallStatus: string, more: Record<string, string> = {}) =>
  twilio.post(call().params.StatusCallback!, { CallSid: call().sid, CallStatus, SequenceNumber: '0', ...more });

/** Somebody picks up: what they hear first. */
async function pickUp(): Promise<string> {
  call().status = 'in-progress';
  const { status: code, text } = await twilio.post(call().params.Url!, { CallSid: call().sid });
  expect(code).toBe(200);
  return text;
}
/** Presses a key in the call that was last heard of; what is said then. */
async function press(said: string, digit: string): Promise<string> {
  const action = /<Gather[^>]* action="([^"]+)"/.exec(said)?.[1]?.replaceAll('&amp;', '&');
  if (!action) throw new Error('no key is waited for');
  return (await twilio.post(action, { CallSid: call().sid, Digits: digit })).text;
}

test('a page rings, says how bad and what first, and 1 accepts', async () => {
  expect((await neighbours.deliver({}, { usefulForMs: 30_500 })).outcome).toBe(Outcome.SENT);
  expect(call().params).toMatchObject({ To: ADA, Timeout: '30' });
  const said = await pickUp();
  expect(said).toContain('<Say>Critical. db-17 unreachable. Incident INC 42. Press 1 to accept');
  expect(said.match(/<Gather/g)).toHaveLength(3);
  expect(await press(said, '1')).toContain('<Say>You have it. Goodbye.</Say><Hangup/>');
  expect(neighbours.answersAsked).toMatchObject([{ answer: AnswerKind.ACCEPT, key: { personId: 'ada' } }]);
});

test('2 rejects; who is late hears who has it', async () => {
  await neighbours.deliver();
  const said = await pickUp();
  neighbours.decide = () => ({ outcome: AnswerOutcome.REJECTED });
  expect(await press(said, '2')).toContain('Noted; the next person is called.');
  neighbours.decide = () => ({ outcome: AnswerOutcome.TAKEN, ownerPersonId: 'ben' });
  expect(await press(said, '1')).toContain('Ben Ito has it.');
});

test('3 says it again, three times over the whole call', async () => {
  await neighbours.deliver();
  const first = await pickUp();
  const second = await press(first, '3');
  expect(second.match(/<Gather/g)).toHaveLength(2);
  const third = await press(second, '9');
  expect(third.match(/<Gather/g)).toHaveLength(1);
  expect(await press(third, '3')).not.toContain('<Gather');
  expect(neighbours.answersAsked).toEqual([]);
});

test('the same key brought twice is one answer', async () => {
  await neighbours.deliver();
  const said = await pickUp();
  const first = await press(said, '1');
  neighbours.decide = () => ({ outcome: AnswerOutcome.OVER });
  expect(await press(said, '1')).toBe(first);
  expect(neighbours.answersAsked).toHaveLength(1);
});

test('a voicemail box that picks up is no answer', async () => {
  await neighbours.deliver();
  for (const one of ['initiated', 'ringing', 'in-progress', 'completed']) expect((await status(one)).status).toBe(204);
  await pickUp();
  expect(neighbours.answersAsked).toEqual([]);
});

test('a withdrawn page stops ringing, and one that was just picked up says so', async () => {
  await neighbours.deliver();
  await status('ringing');
  expect(await neighbours.withdraw()).toBe(1);
  expect(call().status).toBe('canceled');
  expect(await pickUp()).toContain('INC-42 needs you no more.');
});

test('a key pressed in a call whose page was withdrawn meanwhile hears who has it', async () => {
  await neighbours.deliver();
  const said = await pickUp();
  await neighbours.withdraw();
  neighbours.decide = () => ({ outcome: AnswerOutcome.TAKEN, ownerPersonId: 'ben' });
  expect(await press(said, '1')).toContain('Ben Ito has it.');
  neighbours.decide = () => ({ outcome: AnswerOutcome.OVER });
  expect(await press(said, '2')).toContain('Over.');
});

test.each([
  ['busy', {}],
  ['no-answer', {}],
  ['canceled', {}],
  ['failed', { SipResponseCode: '480' }],
])('a call that ends as %s %p reached the phone: nobody else is asked to bring it', async (ending, more) => {
  await neighbours.deliver();
  await status('ringing', more);
  await status(ending, more);
  expect(await neighbours.deliver()).toMatchObject({ outcome: Outcome.SENT, providerId: call().sid });
  expect(twilio.asked).toBe(1);
});

test('a call that the carrier took and could not place is undelivered where there is no other way', async () => {
  await neighbours.deliver();
  await status('failed', { SipResponseCode: '503', ErrorCode: '32017' });
  const said = await neighbours.deliver();
  expect(said).toMatchObject({ outcome: Outcome.UNDELIVERED, provider: 'a', reason: 'call-blocked-by-carrier' });
  expect(twilio.asked).toBe(1);
});

test('the signature of one call’s webhook opens no other call’s', async () => {
  await neighbours.deliver();
  const first = call().params.Url!.replace('/voice/', '/gather/');
  await neighbours.deliver({ personId: 'ben', contactMethodId: 'ben-phone' });
  const second = call().params.Url!.replace('/voice/', '/gather/');
  const params = { CallSid: call().sid, Digits: '1' };
  expect((await twilio.post(second, params, { signedUrl: first })).status).toBe(403);
  expect((await twilio.post(second, { ...params, Digits: '2' }, { signedUrl: `${second}?digit=2` })).status).toBe(403);
  expect(neighbours.answersAsked).toEqual([]);
});

test('a withdrawal leaves whoever is on the phone on the phone', async () => {
  await neighbours.deliver();
  const said = await pickUp();
  expect(await neighbours.withdraw()).toBe(0);
  expect(call().status).toBe('in-progress');
  expect(await press(said, '1')).toContain('You have it.');
});

test('a call whose answer comes after the withdrawal is stopped then', async () => {
  twilio.next({ do: 'take-slowly', ms: 300 });
  const asked = neighbours.deliver();
  await until(() => twilio.asked === 1);
  await neighbours.withdraw();
  await asked;
  await until(() => call().status === 'canceled', { what: 'the call to be stopped' });
});

test('a call that was taken unheard is settled by its own callback', async () => {
  twilio.next({ do: 'take-then-hang' });
  expect((await neighbours.deliver()).outcome).toBe(Outcome.IN_PROGRESS);
  twilio.failLists(500);
  await status('ringing');
  expect(await neighbours.deliver()).toMatchObject({ outcome: Outcome.SENT, providerId: call().sid });
  expect(twilio.asked).toBe(1);
});

test.each(['voice', 'gather', 'status'])('a forged %s webhook is refused', async (kind) => {
  await neighbours.deliver();
  const url = call().params.Url!.replace('/voice/', `/${kind}/`);
  const params = { CallSid: call().sid, Digits: '1', CallStatus: 'completed' };
  expect((await twilio.post(url, params, { authToken: 'not-the-token' })).status).toBe(403);
  expect((await twilio.post(url, params, { signedUrl: 'http://attacker.example/' })).status).toBe(403);
  expect(neighbours.answersAsked).toEqual([]);
});

test('a call that nobody made hears that it is not known', async () => {
  await neighbours.deliver();
  const url = call().params.Url!.replace(/[^/]+$/, 'made-up');
  expect((await twilio.post(url, { CallSid: 'CA1' })).text).toContain('not known');
});

test('while incidents is away the key is noted', async () => {
  await neighbours.deliver();
  const said = await pickUp();
  neighbours.decide = () => {
    throw new Error('away');
  };
  expect(await press(said, '1')).toContain('Noted, working on it.');
});
