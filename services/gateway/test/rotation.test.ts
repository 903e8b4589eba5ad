import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from '@tocsin/platform';
import { createVault } from '../src/crypto/vault.ts';
import type { Api } from './api.ts';
import { type Harness, openHarness, PASSWORD } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await openHarness();
});
afterAll(() => harness?.close());

test('a master key takes another’s place: people sign in at every replica, links open, nobody doubles, and the old one may go', async () => {
  const { masterKey: old } = harness.config;
  const next = randomBytes(32).toString('base64');
  const owner = await harness.owner();
  const signIn = (api: Api) =>
    api.ask('signIn.withPassword', { as: api.visitor(), body: { email: owner.email, password: PASSWORD } });
  const invite = async (api: Api, email: string) =>
    api.ask('users.invite', { as: Object.assign(api.visitor(), owner), body: { email, name: 'N', role: 'observer' } });
  const { link } = (
    await harness.api.call('users.invite', {
      as: owner,
      body: { email: 'new@example.com', name: 'N', role: 'observer' },
    })
  ).body as { link: string };

  const known = await harness.replica({}, { masterKey: `${old},${next}` });
  const newest = await harness.replica({}, { masterKey: `${next},${old}` });
  for (const { api } of [known, newest]) expect(await signIn(api)).toMatchObject({ status: 200 });
  const vault = createVault(next);
  const isRenewed = async () => {
    const [users, tickets] = await Promise.all([
      harness.collections.users.find().toArray(),
      harness.collections.tickets.find().toArray(),
    ]);
    try {
      const fresh = [
        ...users.map((one) => vault.renewedUserKey(one.key, one._id)),
        ...tickets.map((one) => vault.renewed(one.data, one._id)),
      ];
      return users.length === 2 && fresh.every((one) => one === null);
    } catch {
      return false;
    }
  };
  await until(isRenewed, { what: 'everything to be sealed with the newest' });
  for (const { api } of [known, newest]) {
    expect(await signIn(api)).toMatchObject({ status: 200 });
    expect(await invite(api, owner.email.toUpperCase())).toMatchObject({ status: 409, body: { code: 'email-taken' } });
  }

  const after = await harness.replica({}, { masterKey: next });
  expect(await signIn(after.api)).toMatchObject({ status: 200, body: { me: { name: 'Olga Owner' } } });
  const token = new URL(link).hash.slice(1);
  const accepted = { token, password: PASSWORD };
  expect(await after.api.ask('signIn.acceptInvitation', { as: after.api.visitor(), body: accepted })).toMatchObject({
    status: 200,
  });
  await expect(harness.replica({}, { masterKey: old })).rejects.toMatchObject({ code: 'master-key-wrong' });
});
