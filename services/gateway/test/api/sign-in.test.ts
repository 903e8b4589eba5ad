import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { freePort } from '@tocsin/local/engines';
import { expectExercised, type Visitor } from '../api.ts';
import { createAuthenticator } from '../authenticator.ts';
import { type Harness, openHarness, PASSWORD, type SignedIn } from '../harness.ts';
import { CLIENT, type OidcServer, startOidcServer } from '../oidc-server.ts';
import { addTotp, codeOf } from '../second-factor.ts';

let harness: Harness;
let provider: OidcServer;
let owner: SignedIn;
beforeAll(async () => {
  const port = await freePort();
  provider = await startOidcServer([`http://127.0.0.1:${port}/api/v1/sign-in/oidc/corp/callback`]);
  const oidc = [
    { id: 'corp', name: 'Corp', issuer: provider.issuer, ...CLIENT },
    { id: 'away', name: 'Away', issuer: `http://127.0.0.1:${await freePort()}`, ...CLIENT },
  ];
  harness = await openHarness({ config: { port, oidc } });
  owner = await harness.owner();
});
afterAll(async () => {
  await provider?.close();
  await harness?.close();
});
beforeEach(() => harness.collections.attempts.deleteMany({}).then(() => undefined));

function withPassword(email: string, password = PASSWORD, as: Visitor = harness.api.visitor()) {
  return harness.api.ask('signIn.withPassword', { as, body: { email, password } });
}

describe('with a password', () => {
  test('the right one signs in, in any case of the mail address', async () => {
    const visitor = harness.api.visitor();
    const answer = await withPassword(owner.email.toUpperCase(), PASSWORD, visitor);
    expect(answer).toMatchObject({ status: 200, body: { next: 'nothing', me: { id: owner.id, role: 'owner' } } });
    expect((await harness.api.call('me.show', { as: visitor })).body).toMatchObject({ id: owner.id });
  });

  test('a wrong one, an unknown address and a user without a password hear the same', async () => {
    const invited = { email: 'no-password@example.com', name: 'N', role: 'observer' };
    await harness.api.call('users.invite', { as: owner, body: invited });
    const answers = await Promise.all([
      withPassword(owner.email, 'wrong password'),
      withPassword('nobody@example.com'),
      withPassword(invited.email),
    ]);
    for (const { status, body } of answers) {
      expect({ status, body }).toEqual({
        status: 401,
        body: expect.objectContaining({
          code: 'credentials-wrong',
          detail: 'the mail address or the password is wrong',
        }),
      });
    }
  });

  test('the cookie is for this host only and out of reach of scripts', async () => {
    const answer = await withPassword(owner.email);
    const [session] = answer.headers.getSetCookie();
    expect(session).toMatch(/^tocsin-session=[\w-]{43}; Max-Age=1209600; Path=\/; HttpOnly; SameSite=Lax$/);
    const store = JSON.stringify(await harness.collections.sessions.find().toArray());
    expect(store).not.toContain(/=([\w-]{43})/.exec(session!)![1]!);
  });
});

describe('who guesses', () => {
  test('is stopped after ten failures, and the account’s own device is not', async () => {
    const user = await harness.user('observer');
    for (let i = 0; i < 10; i += 1) expect((await withPassword(user.email, 'wrong')).status).toBe(401);
    const stopped = await withPassword(user.email);
    expect(stopped).toMatchObject({ status: 429, body: { code: 'sign-in-throttled' } });
    expect(Number(stopped.headers.get('retry-after'))).toBeGreaterThan(800);
    expect((await withPassword(user.email, PASSWORD, user)).status).toBe(200);
    expect((await withPassword(owner.email)).status).toBe(200);
    harness.clock.advance(15 * 60_000);
    expect((await withPassword(user.email)).status).toBe(200);
  });

  test('at once instead of one after the other gets no more guesses', async () => {
    const user = await harness.user('observer');
    const answers = await Promise.all(Array.from({ length: 25 }, () => withPassword(user.email, 'wrong')));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
  });

  test('at many accounts is stopped too', async () => {
    const codes: string[] = [];
    for (let i = 0; i < 55; i += 11) {
      const guesses = Array.from({ length: 11 }, (_, j) => withPassword(`nobody-${i + j}@example.com`, 'wrong'));
      codes.push(...(await Promise.all(guesses)).map(({ body }) => (body as { code: string }).code));
    }
    expect(codes.filter((code) => code === 'credentials-wrong')).toHaveLength(50);
    expect(codes.filter((code) => code === 'sign-in-throttled')).toHaveLength(5);
  });

  test('cannot make a device known by writing its cookie', async () => {
    const user = await harness.user('observer');
    const forger = harness.api.visitor();
    const row = await harness.collections.users.findOne({ _id: user.id });
    forger.cookies.set('tocsin-device', `${row!.emailIndex}.x.${'A'.repeat(43)}`);
    for (let i = 0; i < 10; i += 1) await withPassword(user.email, 'wrong', forger);
    expect((await withPassword(user.email, PASSWORD, forger)).status).toBe(429);
  });
});

describe('with a second factor', () => {
  async function firstStep(user: SignedIn) {
    const answer = await withPassword(user.email);
    return answer.body as { next: string; ticket: string; methods: string[] };
  }
  const secondStep = (ticket: string, code: string, as = harness.api.visitor()) =>
    harness.api.ask('signIn.withSecondFactor', { as, body: { ticket, code } });

  test('a code of the app is needed, and works once', async () => {
    const user = await harness.user('responder');
    const { secret } = await addTotp(harness, user);
    const { next, ticket, methods } = await firstStep(user);
    expect({ next, methods }).toEqual({ next: 'second-factor', methods: ['totp', 'recovery-code'] });
    expect(await secondStep(ticket, '000000')).toMatchObject({ status: 401, body: { code: 'code-wrong' } });
    harness.clock.advance(60_000);
    const code = codeOf(secret, harness.clock.now());
    const visitor = harness.api.visitor();
    expect((await secondStep(ticket, code, visitor)).status).toBe(200);
    expect((await harness.api.call('me.show', { as: visitor })).body).toMatchObject({ id: user.id });
    const other = await firstStep(user);
    expect(await secondStep(other.ticket, code)).toMatchObject({ status: 401, body: { code: 'code-wrong' } });
  });

  test('one code in two sign-ins at the same instant signs in one', async () => {
    const user = await harness.user('responder');
    const { secret } = await addTotp(harness, user);
    harness.clock.advance(60_000);
    const tickets = [(await firstStep(user)).ticket, (await firstStep(user)).ticket];
    const code = codeOf(secret, harness.clock.now());
    const answers = await Promise.all(tickets.map((ticket) => secondStep(ticket, code)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
  });

  test('a recovery code works once', async () => {
    const user = await harness.user('responder');
    const { codes } = await addTotp(harness, user);
    const spoken = codes[0]!.toUpperCase().replaceAll('-', ' ');
    expect((await secondStep((await firstStep(user)).ticket, spoken)).status).toBe(200);
    expect((await secondStep((await firstStep(user)).ticket, codes[0]!)).status).toBe(401);
    expect((await secondStep((await firstStep(user)).ticket, codes[1]!)).status).toBe(200);
  });

  test('a ticket has five tries and five minutes', async () => {
    const user = await harness.user('responder');
    const { codes } = await addTotp(harness, user);
    const { ticket } = await firstStep(user);
    for (let i = 0; i < 5; i += 1) await secondStep(ticket, '000000');
    expect(await secondStep(ticket, codes[0]!)).toMatchObject({ status: 401, body: { code: 'ticket-invalid' } });
    const late = await firstStep(user);
    harness.clock.advance(5 * 60_000);
    expect(await secondStep(late.ticket, codes[0]!)).toMatchObject({ status: 401, body: { code: 'ticket-invalid' } });
  });
});

describe('with a passkey', () => {
  async function options() {
    const { ticket, options } = (await harness.api.call('signIn.beginPasskey')).body as {
      ticket: string;
      options: { challenge: string; rpId: string };
    };
    return { ticket, options };
  }
  async function addPasskey(
    user: SignedIn,
    authenticator = createAuthenticator(harness.url.replace('127.0.0.1', 'localhost')),
  ) {
    const begun = (await harness.api.call('me.beginPasskey', { as: user })).body as {
      ticket: string;
      options: { challenge: string; rp: { id: string } };
    };
    const credential = authenticator.create(begun.options);
    await harness.api.call('me.addPasskey', { as: user, body: { ticket: begun.ticket, name: 'Phone', credential } });
    return authenticator;
  }

  test('nothing else is needed', async () => {
    const user = await harness.user('responder');
    const authenticator = await addPasskey(user);
    const begun = await options();
    const visitor = harness.api.visitor();
    const body = { ticket: begun.ticket, credential: authenticator.get(begun.options) };
    expect((await harness.api.call('signIn.withPasskey', { as: visitor, body })).body).toMatchObject({
      me: { id: user.id },
    });
    expect((await harness.api.call('me.show', { as: visitor })).body).toMatchObject({ id: user.id });
    expect(await harness.api.ask('signIn.withPasskey', { body })).toMatchObject({
      status: 401,
      body: { code: 'ticket-invalid' },
    });
  });

  test('who has one is not signed in by the password alone', async () => {
    const user = await harness.user('responder');
    await addPasskey(user);
    expect((await withPassword(user.email)).body).toMatchObject({ next: 'second-factor', methods: ['passkey'] });
  });

  test.each([
    { what: 'of another page', make: () => createAuthenticator('https://evil.example') },
    { what: 'that did not look who holds it', make: () => createAuthenticator(localOrigin(), { verifiesUser: false }) },
  ])('one $what is not taken', async ({ make }) => {
    const user = await harness.user('responder');
    const begun = (await harness.api.call('me.beginPasskey', { as: user })).body as {
      ticket: string;
      options: { challenge: string; rp: { id: string } };
    };
    const body = { ticket: begun.ticket, name: 'Phone', credential: make().create(begun.options) };
    const answer = await harness.api.ask('me.addPasskey', { as: user, body });
    expect(answer).toMatchObject({ status: 401, body: { code: 'passkey-refused' } });
  });

  test('the answer to another challenge, or by another key, is not taken', async () => {
    const user = await harness.user('responder');
    const authenticator = await addPasskey(user);
    const [one, other] = [await options(), await options()];
    const replayed = { ticket: one.ticket, credential: authenticator.get(other.options) };
    expect(await harness.api.ask('signIn.withPasskey', { body: replayed })).toMatchObject({ status: 401 });
    const again = await options();
    const forged = {
      ...createAuthenticator(localOrigin()).get(again.options),
      id: authenticator.id,
      rawId: authenticator.id,
    };
    const body = { ticket: again.ticket, credential: forged };
    expect(await harness.api.ask('signIn.withPasskey', { body })).toMatchObject({
      status: 401,
      body: { code: 'passkey-refused' },
    });
  });

  function localOrigin() {
    return harness.url.replace('127.0.0.1', 'localhost');
  }
});

describe('with a provider', () => {
  async function begin(as: Visitor) {
    const answer = await harness.api.call('signIn.beginOidc', { as, params: { provider: 'corp' } });
    return answer.headers.get('location')!;
  }
  async function finish(as: Visitor, back: string) {
    const query = Object.fromEntries(new URL(back).searchParams);
    return harness.api.ask('signIn.finishOidc', { as, params: { provider: 'corp' }, query });
  }
  async function signIn(sub: string, as = harness.api.visitor()) {
    const answer = await finish(as, await provider.signIn(await begin(as), sub));
    return { as, location: answer.headers.get('location') };
  }

  test('ways to sign in are listed', async () => {
    const { body } = await harness.api.call('signIn.listMethods');
    expect(body).toMatchObject({ providers: [{ id: 'corp', name: 'Corp' }, { id: 'away' }] });
  });

  test('an invited user is known by the verified address, and later by the subject alone', async () => {
    const body = { email: 'vera@corp.example', name: 'Vera', role: 'responder' };
    const { user } = (await harness.api.call('users.invite', { as: owner, body })).body as { user: { id: string } };
    provider.accounts.set('vera', { sub: 'vera', email: 'Vera@corp.example', email_verified: true });
    const first = await signIn('vera');
    expect(first.location).toBe('/');
    expect((await harness.api.call('me.show', { as: first.as })).body).toMatchObject({ id: user.id });
    provider.accounts.set('vera', { sub: 'vera', email: 'renamed@corp.example', email_verified: true });
    const second = await signIn('vera');
    expect((await harness.api.call('me.show', { as: second.as })).body).toMatchObject({ id: user.id });
  });

  test.each([
    { what: 'nobody knows', account: { sub: 'stranger', email: 'stranger@corp.example', email_verified: true } },
    {
      what: 'has an address that is not verified',
      account: { sub: 'liar', email: 'owner@example.com', email_verified: false },
    },
    { what: 'has no address', account: { sub: 'mute' } },
  ])('who $what is sent to the sign-in page', async ({ account }) => {
    provider.accounts.set(account.sub, account);
    const { as, location } = await signIn(account.sub);
    expect(location).toBe('/sign-in?problem=user-unknown');
    expect(as.cookies.has('tocsin-session')).toBe(false);
  });

  test('another account with the same address does not inherit the user', async () => {
    await harness.user('responder', { email: 'wanda@corp.example' });
    provider.accounts.set('wanda-1', { sub: 'wanda-1', email: 'wanda@corp.example', email_verified: true });
    provider.accounts.set('wanda-2', { sub: 'wanda-2', email: 'wanda@corp.example', email_verified: true });
    expect((await signIn('wanda-1')).location).toBe('/');
    expect((await signIn('wanda-2')).location).toBe('/sign-in?problem=user-unknown');
  });

  test('an answer in another browser, a second time, or with another state is refused', async () => {
    provider.accounts.set('olga', { sub: 'olga', email: 'owner@example.com', email_verified: true });
    const visitor = harness.api.visitor();
    const back = await provider.signIn(await begin(visitor), 'olga');
    const elsewhere = await finish(harness.api.visitor(), back);
    expect(elsewhere.headers.get('location')).toBe('/sign-in?problem=ticket-invalid');
    const changed = new URL(back);
    changed.searchParams.set('state', 'another');
    const jar = new Map(visitor.cookies);
    expect((await finish(visitor, changed.href)).headers.get('location')).toBe('/sign-in?problem=provider-refused');
    const again = { ...visitor, cookies: jar };
    expect((await finish(again, back)).headers.get('location')).toBe('/sign-in?problem=ticket-invalid');
  });

  test('who says no there is sent back unsigned', async () => {
    const visitor = harness.api.visitor();
    const answer = await finish(visitor, await provider.refuse(await begin(visitor)));
    expect(answer.headers.get('location')).toBe('/sign-in?problem=provider-refused');
  });

  test('a provider that is away, or that does not exist, is said', async () => {
    const away = await harness.api.ask('signIn.beginOidc', { params: { provider: 'away' } });
    expect(away).toMatchObject({ status: 503, body: { code: 'provider-away' } });
    const none = await harness.api.ask('signIn.beginOidc', { params: { provider: 'none' } });
    expect(none).toMatchObject({ status: 404, body: { code: 'provider-unknown' } });
  });
});

test('an invitation signs in', async () => {
  const user = await harness.user('observer');
  expect((await harness.api.call('me.show', { as: user })).body).toMatchObject({ id: user.id, role: 'observer' });
});

expectExercised('signIn');
