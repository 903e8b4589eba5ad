import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { expectExercised } from '../api.ts';
import { type Harness, openHarness, type SignedIn } from '../harness.ts';
import { type StartedRoster, startRoster } from '../real-roster.ts';

let harness: Harness;
let roster: StartedRoster;
let admin: SignedIn;
let ben: SignedIn;
beforeAll(async () => {
  harness = await openHarness();
  roster = await startRoster(harness);
  await roster.apply();
  admin = await harness.user('admin');
  ben = await harness.user('responder', { personId: 'ben' });
});
afterAll(async () => {
  await roster?.stop();
  await harness?.close();
});
beforeEach(() => roster.apply());

interface Person {
  id: string;
  name: string;
  contactMethods: { id: string; channel: string; address: string | null; maskedAddress: string }[];
  rules: { high: object[]; low: object[] };
}
const show = async (personId: string, as = ben) => {
  const { body, headers } = await harness.api.call('people.show', { as, params: { personId } });
  return { person: body as Person, etag: headers.get('etag')! };
};
const update = (body: object, etag: string, personId: string, as = ben) => ({
  as,
  params: { personId },
  body,
  headers: { 'if-match': etag },
});

test('people come by their ids, in pages, never with an address', async () => {
  const first = await harness.api.call('people.list', { as: admin, query: { limit: 2 } });
  expect(first.body).toMatchObject({
    items: [
      {
        id: 'ada',
        name: 'Ada Lovelace',
        contactMethods: [{ channel: 'sms', maskedAddress: '••••01', address: null }, {}],
      },
      { id: 'ben', name: 'Ben Okri' },
    ],
    nextCursor: 'ben',
  });
  const rest = await harness.api.call('people.list', { as: admin, query: { limit: 2, cursor: 'ben' } });
  expect(rest.body).toMatchObject({ items: [{ id: 'cleo' }, { id: 'mute', contactMethods: [] }], nextCursor: null });
});

describe('an address', () => {
  const addressOf = async (personId: string, as?: SignedIn) =>
    (await show(personId, as)).person.contactMethods.map(({ address }) => address);

  test('is shown to oneself and to admins, and masked to everybody else', async () => {
    expect(await addressOf('ben', ben)).toEqual(['+12125550102', '+12125550102']);
    expect(await addressOf('ben', admin)).toEqual(['+12125550102', '+12125550102']);
    expect(await addressOf('ada', ben)).toEqual([null, null]);
    expect((await show('ada', ben)).person.contactMethods[0]!.maskedAddress).toBe('••••01');
    const key = await harness.key('responder');
    const { body } = await harness.api.call('people.show', { as: key, params: { personId: 'ben' } });
    expect((body as Person).contactMethods[0]!.address).toBeNull();
  });

  test('that is not sent stays, and one that is sent is the new one', async () => {
    const { person, etag } = await show('ben');
    const [sms, voice] = person.contactMethods;
    const wish = {
      ...person,
      contactMethods: [
        { ...sms, address: null },
        { ...voice, address: '+12125550199' },
      ],
    };
    const changed = await harness.api.call('people.update', update(wish, etag, 'ben'));
    expect((changed.body as Person).contactMethods.map(({ address }) => address)).toEqual([
      '+12125550102',
      '+12125550199',
    ]);
    const { body } = await harness.api.call('audit.list', { as: admin, query: { limit: 1 } });
    expect(body).toMatchObject({ items: [{ target: { kind: 'person', id: 'ben' }, fields: ['contactMethods'] }] });
    expect(JSON.stringify(body)).not.toContain('0199');
  });

  test.each([
    ['that is no number', '0151', 'contactMethods[0].address'],
    ['that somebody else has', '+12125550101', 'contactMethods[0].address'],
  ])('%s is refused by name', async (_, address, field) => {
    const { person, etag } = await show('ben');
    const wish = {
      ...person,
      contactMethods: [{ id: 'ben-sms', channel: 'sms', address }],
      rules: { high: [], low: [] },
    };
    expect(await harness.api.ask('people.update', update(wish, etag, 'ben'))).toMatchObject({
      status: 400,
      body: { code: 'item-invalid', field },
    });
  });
});

describe('who changes whom', () => {
  test('a responder changes oneself, and nobody else', async () => {
    const own = await show('ben');
    const quiet = { ...own.person, timeZone: 'Europe/Paris', rules: { ...own.person.rules, low: [] } };
    const changed = await harness.api.call('people.update', update(quiet, own.etag, 'ben'));
    expect(changed.body).toMatchObject({ timeZone: 'Europe/Paris', rules: { low: [] } });
    const other = await show('ada');
    expect(await harness.api.ask('people.update', update(other.person, other.etag, 'ada'))).toMatchObject({
      status: 403,
      body: { code: 'not-oneself' },
    });
  });

  test('an admin makes, changes and deletes people', async () => {
    const dee = {
      id: 'dee',
      name: 'Dee',
      locale: 'de',
      timeZone: null,
      contactMethods: [{ id: 'dee-sms', channel: 'sms', address: '+12125550104' }],
      rules: { high: [], low: [] },
    };
    const made = await harness.api.call('people.create', { as: admin, body: dee });
    expect(made.body).toMatchObject({ id: 'dee', contactMethods: [{ address: '+12125550104', verifiedAt: null }] });
    const etag = made.headers.get('etag')!;
    const named = { ...(made.body as Person), name: 'Dee Dee' };
    const changed = await harness.api.call('people.update', update(named, etag, 'dee', admin));
    expect(changed.body).toMatchObject({ name: 'Dee Dee' });
    const params = { personId: 'dee' };
    const headers = { 'if-match': changed.headers.get('etag')! };
    await harness.api.call('people.delete', { as: admin, params, headers });
    expect((await harness.api.ask('people.show', { as: admin, params })).status).toBe(404);
  });

  test('who is still needed cannot go, and what needs them is named', async () => {
    const { etag } = await show('cleo', admin);
    const asked = { as: admin, params: { personId: 'cleo' }, headers: { 'if-match': etag } };
    expect(await harness.api.ask('people.delete', asked)).toMatchObject({
      status: 409,
      body: { code: 'still-referred-to', detail: 'still in policy main, catch-all' },
    });
  });
});

expectExercised('people');
