import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { expectExercised } from '../api.ts';
import { createAuthenticator } from '../authenticator.ts';
import { serveFakes } from '../fake-services.ts';
import { type Harness, openHarness, PASSWORD, type SignedIn } from '../harness.ts';
import { addTotp, codeOf } from '../second-factor.ts';

let harness: Harness;
let me: SignedIn;
beforeAll(async () => {
  harness = await openHarness();
});
afterAll(() => harness?.close());
beforeEach(async () => {
  me = await harness.user('observer');
});

const show = async () => (await harness.api.call('me.show', { as: me })).body;
const signInAs = (password: string) =>
  harness.api.ask('signIn.withPassword', { as: harness.api.visitor(), body: { email: me.email, password } });

test('a user and a key hear who they are', async () => {
  expect(await show()).toMatchObject({ kind: 'user', id: me.id, email: me.email, role: 'observer', readOnly: false });
  const key = await harness.key('admin', true);
  const said = (await harness.api.call('me.show', { as: key })).body;
  expect(said).toMatchObject({ kind: 'key', id: key.id, role: 'admin', readOnly: true, email: null });
});

test('the organisation is called as the roster calls it, and by its id while the roster is away', async () => {
  expect(await show()).toMatchObject({ organisationId: 'acme', organisationName: 'acme' });
  const fakes = await serveFakes(harness);
  harness.clock.advance(10_000);
  expect(await show()).toMatchObject({ organisationId: 'acme', organisationName: 'Acme Payments' });
  await fakes.stop();
});

test('who signs out is out, and nobody else', async () => {
  const cookies = new Map(me.cookies);
  await signInAs(PASSWORD);
  await harness.api.call('me.signOut', { as: me });
  expect(me.cookies.has('tocsin-session')).toBe(false);
  expect((await harness.api.ask('me.show', { as: { ...me, cookies } })).status).toBe(401);
  expect(await harness.collections.sessions.countDocuments({ userId: me.id })).toBe(1);
});

describe('the password', () => {
  const change = (body: object) => harness.api.ask('me.changePassword', { as: me, body });

  test('changes for who knows it, and ends the other sessions', async () => {
    await signInAs(PASSWORD);
    const wrong = await change({ current: 'not this one at all', password: 'a new long password' });
    expect(wrong).toMatchObject({ status: 403, body: { code: 'credentials-wrong', field: 'current' } });
    expect((await change({ current: PASSWORD, password: 'a new long password' })).status).toBe(204);
    expect(await harness.collections.sessions.countDocuments({ userId: me.id })).toBe(1);
    expect(await show()).toMatchObject({ id: me.id });
    expect([(await signInAs(PASSWORD)).status, (await signInAs('a new long password')).status]).toEqual([401, 200]);
  });

  test('that is short is refused, by its field', async () => {
    const answer = await change({ current: PASSWORD, password: 'short' });
    expect(answer).toMatchObject({ status: 400, body: { code: 'body-invalid', field: 'password' } });
  });

  test('is changed only soon after a sign-in', async () => {
    harness.clock.advance(16 * 60_000);
    const answer = await change({ current: PASSWORD, password: 'a new long password' });
    expect(answer).toMatchObject({ status: 403, body: { code: 'sign-in-stale' } });
  });
});

describe('the authenticator app', () => {
  test('is added with a code that it shows, and removed', async () => {
    await addTotp(harness, me);
    expect(await show()).toMatchObject({ secondFactor: { totp: true, recoveryCodesLeft: 10 } });
    await harness.api.call('me.removeTotp', { as: me });
    expect(await show()).toMatchObject({ secondFactor: { totp: false, recoveryCodesLeft: 0 } });
    expect(await harness.api.ask('me.removeTotp', { as: me })).toMatchObject({ status: 404 });
  });

  test('with a wrong code, or begun by somebody else, is not added', async () => {
    const begun = (await harness.api.call('me.beginTotp', { as: me })).body as { ticket: string; secret: string };
    const wrong = await harness.api.ask('me.addTotp', { as: me, body: { ticket: begun.ticket, code: '000000' } });
    expect(wrong).toMatchObject({ status: 400, body: { code: 'code-wrong', field: 'code' } });
    const other = await harness.user('observer');
    const body = { ticket: begun.ticket, code: codeOf(begun.secret, harness.clock.now()) };
    expect(await harness.api.ask('me.addTotp', { as: other, body })).toMatchObject({ status: 401 });
    expect(await show()).toMatchObject({ secondFactor: { totp: false } });
  });

  test('has a secret that the store does not show', async () => {
    const { secret, codes } = await addTotp(harness, me);
    const row = JSON.stringify(
      await harness.db.collection('gatewayUsers').findOne({ emailIndex: { $exists: true }, totp: { $ne: null } }),
    );
    for (const text of [secret, codes[0]!]) expect(row).not.toContain(text);
  });

  test('gets new recovery codes, and the old ones are void', async () => {
    const none = await harness.api.ask('me.renewRecoveryCodes', { as: me });
    expect(none).toMatchObject({ status: 409, body: { code: 'second-factor-missing' } });
    const { codes: old } = await addTotp(harness, me);
    await harness.api.call('me.renewRecoveryCodes', { as: me });
    const { ticket } = (await signInAs(PASSWORD)).body as { ticket: string };
    expect((await harness.api.ask('signIn.withSecondFactor', { body: { ticket, code: old[0]! } })).status).toBe(401);
  });
});

test('passkeys are added, listed and removed', async () => {
  const authenticator = createAuthenticator(harness.url.replace('127.0.0.1', 'localhost'));
  const begun = (await harness.api.call('me.beginPasskey', { as: me })).body as {
    ticket: string;
    options: { challenge: string; rp: { id: string } };
  };
  const credential = authenticator.create(begun.options);
  await harness.api.call('me.addPasskey', { as: me, body: { ticket: begun.ticket, name: 'Laptop', credential } });
  const { items } = (await harness.api.call('me.listPasskeys', { as: me })).body as { items: object[] };
  expect(items).toMatchObject([{ id: authenticator.id, name: 'Laptop', lastUsedAt: null }]);
  const remove = () => harness.api.ask('me.removePasskey', { as: me, params: { passkeyId: authenticator.id } });
  expect((await remove()).status).toBe(204);
  expect((await remove()).status).toBe(404);
  expect(await show()).toMatchObject({ secondFactor: { passkeys: 0 } });
});

expectExercised('me');
