import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { expectExercised } from '../api.ts';
import { type Harness, openHarness, type SignedIn } from '../harness.ts';
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

expectExercised('organisation');
