import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { InvalidInput, millis, serve, services } from '@tocsin/platform';
import { type DeliverRequest, Outcome } from '@tocsin/proto/notifier/v1';
import { NotificationKind } from '@tocsin/proto/page/v1';
import { expectExercised } from '../api.ts';
import { type Harness, log, openHarness, type SignedIn } from '../harness.ts';
import { type StartedRoster, startRoster } from '../real-roster.ts';

let harness: Harness;
let roster: StartedRoster;
let sms: { stop(): Promise<void> };
let admin: SignedIn;
let ben: SignedIn;
/** What the notifier was asked, and what it says next; then `SENT`. */
const asked: DeliverRequest[] = [];
const says: Outcome[] = [];
const known = new Map<string, Outcome>();
let arrived = false;

beforeAll(async () => {
  harness = await openHarness();
  roster = await startRoster(harness);
  await roster.apply();
  admin = await harness.user('admin');
  ben = await harness.user('responder', { personId: 'ben' });
  sms = serve(
    harness.nc,
    services.notifier,
    {
      // As the notifier does: what is past its time is not sent, and what was sent is not sent again.
      async deliver(request) {
        asked.push(request as DeliverRequest);
        const id = request.key!.id;
        const isLate = (millis(request.goUntil) ?? 0) < Date.now();
        const outcome = known.get(id) ?? (isLate ? Outcome.STALE : (says.shift() ?? Outcome.SENT));
        if (outcome === Outcome.SENT || outcome === Outcome.REFUSED) known.set(id, outcome);
        const provider = known.has(id) ? 'first' : '';
        return { outcome, provider, delivered: arrived, reason: outcome === Outcome.SENT ? '' : 'said-so' };
      },
      withdraw: unexpected,
      hearDevice: unexpected,
    },
    { log, instance: 'sms' },
  );
  await harness.nc.flush();
});
afterAll(async () => {
  await sms?.stop();
  await roster?.stop();
  await harness?.close();
});
beforeEach(async () => {
  await roster.apply();
  await harness.db.collection('rosterVerifications').deleteMany({});
  asked.length = 0;
  says.length = 0;
  known.clear();
  arrived = false;
});

function unexpected(): never {
  throw new InvalidInput('the gateway asks for nothing of this', { code: 'unexpected' });
}

const own = { personId: 'ben', contactMethodId: 'ben-sms' };
const call = (id: string, body: object = {}, as = ben, params: object = own) =>
  harness.api.call(id, { as, params: { ...params }, body });
const ask = (id: string, body: object | undefined = {}, as = ben, params: object = own) =>
  harness.api.ask(id, { as, params: { ...params }, ...(id === 'contactMethods.showTest' ? {} : { body }) });
const isVerified = async () => {
  const { body } = await harness.api.call('people.show', { as: ben, params: { personId: 'ben' } });
  return (body as { contactMethods: { verifiedAt: string | null }[] }).contactMethods[0]!.verifiedAt !== null;
};

test('a code goes to the address, and said back it proves it; nobody else sees it', async () => {
  expect(await isVerified()).toBe(false);
  const { body } = await call('contactMethods.code');
  expect(body).toMatchObject({ message: { state: 'sent', provider: 'first', reason: '' } });
  expect(asked).toHaveLength(1);
  const { key, words, usefulUntil } = asked[0]!;
  expect(key).toMatchObject({ ...own, organisationId: 'acme', kind: NotificationKind.CODE, incidentId: '' });
  expect(words!.note).toMatch(/^\d{6}$/);
  expect(new Date(millis(usefulUntil)!).toISOString()).toBe((body as { expiresAt: string }).expiresAt);
  expect(JSON.stringify(body)).not.toContain(words!.note);
  await call('contactMethods.verify', { code: ` ${words!.note}` });
  expect(await isVerified()).toBe(true);
  const { body: audit } = await harness.api.call('audit.list', { as: admin, query: { limit: 4 } });
  expect(audit).toMatchObject({ items: [{ target: { kind: 'contact-method', id: 'ben/ben-sms' } }, {}, {}, {}] });
  expect(JSON.stringify(audit)).not.toContain(words!.note);
});

test('a second code has to wait a minute; a wrong one is named, and proves nothing', async () => {
  const before = await isVerified();
  await call('contactMethods.code');
  expect(await ask('contactMethods.code')).toMatchObject({ status: 429, body: { code: 'code-too-soon' } });
  const wrong = asked[0]!.words!.note === '000000' ? '000001' : '000000';
  expect(await ask('contactMethods.verify', { code: wrong })).toMatchObject({
    status: 400,
    body: { code: 'code-wrong', field: 'code' },
  });
  expect(await isVerified()).toBe(before);
});

test('what the notifier cannot do now is tried again, and said as it is', async () => {
  says.push(Outcome.FAILED, Outcome.IN_PROGRESS);
  expect((await call('contactMethods.code')).body).toMatchObject({ message: { state: 'sent' } });
  expect(new Set(asked.map((one) => one.key!.id)).size).toBe(1);
  expect(asked).toHaveLength(3);
});

test('a test page is one within half a minute, and says once it arrived', async () => {
  const { body } = await call('contactMethods.test');
  const { testId } = body as { testId: string };
  expect(asked[0]!.key).toMatchObject({ ...own, kind: NotificationKind.TEST });
  const show = () =>
    harness.api.call('contactMethods.showTest', { as: ben, params: { ...own, testId } }).then(({ body }) => body);
  expect(await show()).toMatchObject({ state: 'sent' });
  arrived = true;
  expect(await show()).toMatchObject({ state: 'delivered' });
});

test('a test that was never sent is not sent by looking at it', async () => {
  expect(await ask('contactMethods.showTest', {}, ben, { ...own, testId: '1' })).toMatchObject({
    status: 404,
    body: { code: 'test-unknown' },
  });
  expect(known.size).toBe(0);
});

test('a number that cannot be reached, and a channel that nobody serves', async () => {
  says.push(Outcome.REFUSED);
  expect((await call('contactMethods.test')).body).toMatchObject({ message: { state: 'refused', reason: 'said-so' } });
  const params = { personId: 'ben', contactMethodId: 'ben-voice' };
  expect((await call('contactMethods.test', {}, ben, params)).body).toMatchObject({
    message: { state: 'failed', provider: '', reason: 'no-responder' },
  });
});

test('responders test and prove what is theirs, admins everybody’s', async () => {
  const params = { personId: 'ada', contactMethodId: 'ada-sms' };
  for (const [id, body] of Object.entries({
    'contactMethods.code': {},
    'contactMethods.verify': { code: '1' },
    'contactMethods.test': {},
  })) {
    expect(await ask(id, body, ben, params)).toMatchObject({ status: 403, body: { code: 'not-oneself' } });
  }
  expect(await ask('contactMethods.showTest', {}, ben, { ...params, testId: '1' })).toMatchObject({ status: 403 });
  expect(asked).toEqual([]);
  await call('contactMethods.test', {}, admin, params);
});

test.each([
  [{ personId: 'nobody', contactMethodId: 'ben-sms' }, 'person-unknown'],
  [{ personId: 'ben', contactMethodId: 'nothing' }, 'contact-method-unknown'],
])('%j is not found', async (params, code) => {
  expect(await ask('contactMethods.test', {}, admin, params)).toMatchObject({ status: 404, body: { code } });
  expect(await ask('contactMethods.code', {}, admin, params)).toMatchObject({ status: 404, body: { code } });
});

expectExercised('contactMethods');
