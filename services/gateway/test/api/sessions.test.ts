import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { expectExercised } from '../api.ts';
import { type Harness, openHarness, PASSWORD, type SignedIn } from '../harness.ts';

const HOUR_MS = 3_600_000;

let harness: Harness;
beforeAll(async () => {
  harness = await openHarness();
});
afterAll(() => harness?.close());

interface Session {
  id: string;
  method: string;
  current: boolean;
}

async function listOf(as: SignedIn): Promise<Session[]> {
  return ((await harness.api.call('sessions.list', { as })).body as { items: Session[] }).items;
}

async function signInAgain({ email }: SignedIn) {
  const visitor = harness.api.visitor();
  await harness.api.call('signIn.withPassword', { as: visitor, body: { email, password: PASSWORD } });
  return visitor;
}

test('each sign-in is in the list, and ends where it is revoked', async () => {
  const user = await harness.user('observer');
  const elsewhere = await signInAgain(user);
  const sessions = await listOf(user);
  expect(sessions.map(({ method, current }) => ({ method, current }))).toEqual([
    { method: 'password', current: false },
    { method: 'link', current: true },
  ]);
  await harness.api.call('sessions.revoke', { as: user, params: { sessionId: sessions[0]!.id } });
  expect((await harness.api.ask('me.show', { as: elsewhere })).status).toBe(401);
  expect(await listOf(user)).toHaveLength(1);
});

test('nobody revokes another’s', async () => {
  const [one, other] = [await harness.user('owner'), await harness.user('observer')];
  const [session] = await listOf(other);
  const answer = await harness.api.ask('sessions.revoke', { as: one, params: { sessionId: session!.id } });
  expect(answer).toMatchObject({ status: 404, body: { code: 'session-unknown' } });
});

test('a session that is not used ends after 12 hours, one that is used goes on, and none for more than 14 days', async () => {
  const [idle, busy] = [await harness.user('observer'), await harness.user('observer')];
  harness.clock.advance(11 * HOUR_MS);
  expect((await harness.api.ask('me.show', { as: busy })).status).toBe(200);
  harness.clock.advance(2 * HOUR_MS);
  expect((await harness.api.ask('me.show', { as: idle })).status).toBe(401);
  let hours = 13;
  while ((await harness.api.ask('me.show', { as: busy })).status === 200) {
    harness.clock.advance(11 * HOUR_MS);
    hours += 11;
  }
  expect(hours).toBeGreaterThanOrEqual(14 * 24);
  expect(hours).toBeLessThan(14 * 24 + 12);
});

expectExercised('sessions');
