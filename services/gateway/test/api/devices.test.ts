import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createClient, services } from '@tocsin/platform';
import { expectExercised } from '../api.ts';
import { type Harness, openHarness, type SignedIn } from '../harness.ts';
import { type StartedRoster, startRoster } from '../real-roster.ts';

const KEY = `BL${'k'.repeat(85)}`;
const ENDPOINT = 'https://push.example.com/send/one';
const subscription = {
  endpoint: ENDPOINT,
  keys: { p256dh: `BL${'a'.repeat(85)}`, auth: 'b'.repeat(22) },
  name: 'Chrome on Android',
};

let harness: Harness;
let roster: StartedRoster;
let ben: SignedIn;
beforeAll(async () => {
  harness = await openHarness({ config: { vapidPublicKey: KEY } });
  roster = await startRoster(harness);
  await roster.apply();
  ben = await harness.user('responder', { personId: 'ben' });
});
afterAll(async () => {
  await roster?.stop();
  await harness?.close();
});

const params = { deviceId: 'device-0001' };
const show = async (as = ben) => (await harness.api.call('devices.show', { as, params })).body;
const methods = async (as: SignedIn) => {
  const { body } = await harness.api.call('people.show', { as, params: { personId: 'ben' } });
  return (body as { contactMethods: { channel: string }[] }).contactMethods.filter((one) => one.channel === 'push');
};

test('a browser hears what to subscribe to, and is a contact method of whoever is signed in until it is taken away', async () => {
  const nothing = { applicationServerKey: KEY, contactMethodId: null, gone: false, name: null, endpointHash: null };
  expect(await show()).toEqual(nothing);
  const put = await harness.api.call('devices.put', { as: ben, params, body: subscription });
  const { contactMethodId } = put.body as { contactMethodId: string };
  const endpointHash = createHash('sha256').update(ENDPOINT).digest('base64url');
  expect(await show()).toEqual({
    applicationServerKey: KEY,
    contactMethodId,
    gone: false,
    name: 'Chrome on Android',
    endpointHash,
  });
  const shown = { id: contactMethodId, name: 'Chrome on Android', maskedAddress: 'push.example.com', address: null };
  // A subscription is shown to nobody, whoever asks.
  expect(await methods(ben)).toMatchObject([shown]);
  const admin = await harness.user('admin');
  expect(await methods(admin)).toMatchObject([{ ...shown, goneAt: null }]);
  const { body } = await harness.api.call('audit.list', { as: admin, query: { limit: 10 } });
  const entry = (body as { items: { action: string; outcome: string }[] }).items.find(
    ({ action, outcome }) => action === 'devices.put' && outcome === 'done',
  );
  expect(entry).toMatchObject({ target: { kind: 'person', id: 'ben' }, fields: ['contactMethods', 'rules'] });
  expect(JSON.stringify(body)).not.toContain('push.example');
  await harness.api.call('devices.remove', { as: ben, params });
  expect(await show()).toEqual(nothing);
  await harness.api.call('devices.remove', { as: ben, params });
});

test('what is edited of a person keeps the device and its name', async () => {
  await harness.api.call('devices.put', { as: ben, params, body: subscription });
  const { body, headers } = await harness.api.call('people.show', { as: ben, params: { personId: 'ben' } });
  const wish = { ...(body as object), timeZone: 'Europe/Paris' };
  const asked = { as: ben, params: { personId: 'ben' }, body: wish, headers: { 'if-match': headers.get('etag')! } };
  await harness.api.call('people.update', asked);
  expect(await methods(ben)).toMatchObject([{ name: 'Chrome on Android', maskedAddress: 'push.example.com' }]);
});

test('a device that is gone says so, and comes back when it is put again', async () => {
  await harness.api.call('devices.put', { as: ben, params, body: subscription });
  const { contactMethodId } = (await show()) as { contactMethodId: string };
  const address = `${ENDPOINT}#${subscription.keys.p256dh}.${subscription.keys.auth}`;
  const gone = { organisationId: 'acme', personId: 'ben', contactMethodId, address };
  await createClient(harness.nc, services.roster).forgetAddress(gone);
  expect(await show()).toMatchObject({ contactMethodId, gone: true, endpointHash: null });
  expect(await methods(ben)).toMatchObject([{ maskedAddress: '', goneAt: expect.any(String) }]);
  await harness.api.call('devices.put', { as: ben, params, body: subscription });
  expect(await show()).toMatchObject({ contactMethodId, gone: false });
});

test('who is nobody in the roster is paged nowhere', async () => {
  const nobody = await harness.user('responder');
  expect(await show(nobody)).toMatchObject({ contactMethodId: null });
  expect(await harness.api.ask('devices.put', { as: nobody, params, body: subscription })).toMatchObject({
    status: 409,
    body: { code: 'no-person-linked' },
  });
});

test.each([
  ['an endpoint that is none', { endpoint: 'here' }, 'endpoint'],
  ['keys that are none', { keys: { p256dh: 'x', auth: subscription.keys.auth } }, 'keys.p256dh'],
  ['no name', { name: ' ' }, 'name'],
])('%s is refused by name', async (_, fields, field) => {
  const body = { ...subscription, ...fields };
  expect(await harness.api.ask('devices.put', { as: ben, params, body })).toMatchObject({
    status: 400,
    body: { field },
  });
});

test('where push is not set up, a browser hears that', async () => {
  const { api } = await harness.replica({}, { vapidPublicKey: undefined });
  const { body } = await api.call('devices.show', { as: ben, params });
  expect(body).toMatchObject({ applicationServerKey: null });
});

expectExercised('devices');
