import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { expectExercised } from '../api.ts';
import { type Harness, openHarness, PASSWORD, type SignedIn } from '../harness.ts';
import { type StartedRoster, startRoster } from '../real-roster.ts';

let harness: Harness;
let roster: StartedRoster;
let admin: SignedIn;
beforeAll(async () => {
  harness = await openHarness();
  roster = await startRoster(harness);
  admin = await harness.user('admin');
});
afterAll(async () => {
  await roster?.stop();
  await harness?.close();
});
beforeEach(() => roster.apply());

test('the organisation has a name and a default policy, which are changed one version at a time', async () => {
  const { body, headers } = await harness.api.call('organisation.show', { as: admin });
  expect(body).toEqual({ id: 'acme', name: 'Acme', defaultPolicyId: 'main' });
  const wish = { name: 'Acme Ltd', defaultPolicyId: 'main' };
  const asked = { as: admin, body: wish, headers: { 'if-match': headers.get('etag')! } };
  const changed = await harness.api.call('organisation.update', asked);
  expect(changed.body).toEqual({ id: 'acme', ...wish });
  expect((await harness.api.ask('organisation.update', asked)).status).toBe(412);
  const entry = await harness.api.call('audit.list', { as: admin, query: { limit: 3 } });
  expect(entry.body).toMatchObject({
    items: [{ outcome: 'failed' }, { outcome: 'asked' }, { outcome: 'done', fields: ['name'] }],
  });
});

test('a default policy that there is not is refused by name', async () => {
  const { headers } = await harness.api.call('organisation.show', { as: admin });
  const body = { name: 'Acme', defaultPolicyId: 'gone' };
  const asked = { as: admin, body, headers: { 'if-match': headers.get('etag')! } };
  expect(await harness.api.ask('organisation.update', asked)).toMatchObject({
    status: 400,
    body: { field: 'defaultPolicyId' },
  });
});

test('where nobody has begun it is begun, once, with somebody to page', async () => {
  const { gateway, api } = await harness.replica({}, { organisationId: 'begun' });
  const as = api.visitor();
  const first = { name: 'Bea', email: 'bea@example.com', password: PASSWORD };
  await api.call('setup.createFirstUser', { as, body: { ...first, token: new URL(gateway.setupLink!).hash.slice(1) } });
  expect(await api.ask('people.list', { as })).toMatchObject({ status: 404, body: { code: 'organisation-unknown' } });

  const bea = {
    id: 'bea',
    name: 'Bea',
    locale: 'en',
    timeZone: 'UTC',
    contactMethods: [{ id: 'bea-sms', channel: 'sms', address: '+12125550155' }],
    rules: { high: [], low: [] },
  };
  const target = { kind: 'person', id: 'bea' };
  const policy = {
    id: 'default',
    name: 'Default',
    layers: [{ targets: [target], tryForMs: 300_000 }],
    rounds: 1,
    catchAll: [target],
    catchAllEveryMs: 300_000,
    ackTimeoutMs: 0,
  };
  const body = { name: 'Begun Ltd', defaultPolicyId: 'default', people: [bea], policies: [policy] };
  const nobody = { ...body, people: [] };
  expect(await api.ask('organisation.create', { as, body: nobody })).toMatchObject({
    status: 400,
    body: { code: 'organisation-invalid', field: 'policies[0].layers[0].targets[0].id' },
  });
  expect(await api.ask('organisation.create', { as, body: { ...body, defaultPolicyId: 'gone' } })).toMatchObject({
    status: 400,
    body: { field: 'defaultPolicyId' },
  });
  const made = await api.call('organisation.create', { as, body });
  expect(made.body).toEqual({ id: 'begun', name: 'Begun Ltd', defaultPolicyId: 'default' });
  const { body: people } = await api.call('people.list', { as });
  expect(people).toMatchObject({ items: [{ id: 'bea', timeZone: 'UTC' }] });
  expect(await api.ask('organisation.create', { as, body })).toMatchObject({
    status: 409,
    body: { code: 'organisation-exists' },
  });
});

expectExercised('organisation');
