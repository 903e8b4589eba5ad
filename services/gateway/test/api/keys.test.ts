import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { expectExercised } from '../api.ts';
import { type Harness, openHarness, type SignedIn } from '../harness.ts';

const HOUR_MS = 3_600_000;

let harness: Harness;
let owner: SignedIn;
beforeAll(async () => {
  harness = await openHarness();
  owner = await harness.owner();
});
afterAll(() => harness?.close());

const listed = async (id: string) => {
  const { items } = (await harness.api.call('keys.list', { as: owner, query: { limit: 200 } })).body as {
    items: { id: string }[];
  };
  return items.find((one) => one.id === id);
};

test('a key is shown once, and kept as a hash', async () => {
  const key = await harness.key('admin');
  expect(key.secret).toMatch(new RegExp(`^tocsin_${key.id}_[\\w-]{43}$`));
  const [, , secret] = /^(tocsin_\w{26}_)(.+)$/.exec(key.secret)!;
  expect(JSON.stringify(await harness.collections.keys.find().toArray())).not.toContain(secret);
  expect((await harness.api.call('users.list', { as: key })).status).toBe(200);
});

test('a key can do what its role can, and a read-only one only read', async () => {
  const body = { email: 'by-key@example.com', name: 'K', role: 'observer' };
  const observer = await harness.key('observer');
  expect(await harness.api.ask('users.list', { as: observer })).toMatchObject({
    status: 403,
    body: { code: 'role-insufficient' },
  });
  const reader = await harness.key('admin', true);
  expect((await harness.api.ask('users.list', { as: reader })).status).toBe(200);
  expect(await harness.api.ask('users.invite', { as: reader, body })).toMatchObject({
    status: 403,
    body: { code: 'key-read-only' },
  });
  const admin = await harness.key('admin');
  expect((await harness.api.ask('users.invite', { as: admin, body })).status).toBe(201);
  const more = await harness.api.ask('keys.create', { as: admin, body: { name: 'k', role: 'observer' } });
  expect(more).toMatchObject({ status: 403, body: { code: 'session-needed' } });
});

test('who is no admin makes keys that act as themselves, sees their own, and revokes no other', async () => {
  const responder = await harness.user('responder');
  const create = (body: object) =>
    harness.api.ask('keys.create', { as: responder, body: { name: 'k', role: 'responder', ...body } });
  expect(await create({})).toMatchObject({ status: 403, body: { code: 'key-not-own', field: 'asPerson' } });
  expect(await create({ role: 'admin', asPerson: true })).toMatchObject({ status: 403 });
  const { key, secret } = (await create({ asPerson: true })).body as { key: { id: string }; secret: string };
  const visitor = harness.api.visitor(secret);
  for (const as of [responder, visitor]) {
    const { items } = (await harness.api.call('keys.list', { as })).body as { items: object[] };
    expect(items).toMatchObject([{ id: key.id, asPerson: true }]);
  }
  const other = await harness.key('observer');
  const revoke = (keyId: string) => harness.api.ask('keys.revoke', { as: visitor, params: { keyId } });
  expect((await revoke(other.id)).status).toBe(404);
  expect((await revoke(key.id)).status).toBe(204);
  expect((await harness.api.ask('me.show', { as: visitor })).status).toBe(401);
});

test('a key can never do more than its maker can now', async () => {
  const maker = await harness.user('admin');
  const made = await harness.api.call('keys.create', { as: maker, body: { name: 'k', role: 'admin' } });
  const key = harness.api.visitor((made.body as { secret: string }).secret);
  expect((await harness.api.ask('users.list', { as: key })).status).toBe(200);
  const etag = (await harness.api.call('users.show', { as: owner, params: { userId: maker.id } })).headers.get('etag')!;
  const edit = { as: owner, params: { userId: maker.id }, body: { role: 'responder' }, headers: { 'if-match': etag } };
  await harness.api.call('users.update', edit);
  expect(await harness.api.ask('users.list', { as: key })).toMatchObject({ status: 403 });
  expect((await harness.api.call('me.show', { as: key })).body).toMatchObject({ role: 'responder' });
});

test('a revoked key is good for nothing, and revoking again changes nothing', async () => {
  const key = await harness.key('observer');
  const revoke = () => harness.api.call('keys.revoke', { as: owner, params: { keyId: key.id } });
  await revoke();
  expect(await harness.api.ask('me.show', { as: key })).toMatchObject({ status: 401, body: { code: 'key-invalid' } });
  const entries = await harness.collections.audit.countDocuments();
  await revoke();
  expect(await harness.collections.audit.countDocuments()).toBe(entries);
  expect(await listed(key.id)).toMatchObject({ revokedAt: expect.any(String) });
});

test('a key ends when it says, in a year where it says nothing, and never where it says so', async () => {
  const create = async (expiresAt?: string | null) => {
    const body = { name: 'k', role: 'observer', ...(expiresAt === undefined ? {} : { expiresAt }) };
    return (await harness.api.ask('keys.create', { as: owner, body })).body as {
      secret: string;
      key: { expiresAt: string | null };
    };
  };
  const soon = await create(new Date(harness.clock.now() + HOUR_MS).toISOString());
  const never = await create(null);
  const year = await create();
  expect(await create(new Date(harness.clock.now() - 1).toISOString())).toMatchObject({
    code: 'body-invalid',
    field: 'expiresAt',
  });
  harness.clock.advance(HOUR_MS);
  const statusOf = async ({ secret }: { secret: string }) =>
    (await harness.api.ask('me.show', { as: harness.api.visitor(secret) })).status;
  expect(await Promise.all([soon, never, year].map(statusOf))).toEqual([401, 200, 200]);
  expect(never.key.expiresAt).toBeNull();
  expect(Date.parse(year.key.expiresAt!) - harness.clock.now()).toBeGreaterThan(364 * 24 * HOUR_MS);
});

test('when a key was last used is known to the hour', async () => {
  owner = await harness.user('owner');
  const made = await harness.api.call('keys.create', { as: owner, body: { name: 'k', role: 'observer' } });
  const { key, secret } = made.body as { key: { id: string }; secret: string };
  expect(await listed(key.id)).toMatchObject({ lastUsedAt: null });
  await harness.api.call('me.show', { as: harness.api.visitor(secret) });
  const { lastUsedAt } = (await listed(key.id)) as unknown as { lastUsedAt: string };
  expect(lastUsedAt).toMatch(/T\d\d:00:00\.000Z$/);
});

test.each(['tocsin', 'tocsin_01ARZ3NDEKTSV4RRFFQ69G5FAV_x', `tocsin_01ARZ3NDEKTSV4RRFFQ69G5FAV_${'x'.repeat(43)}`])(
  'what is no key, such as %s, is refused',
  async (secret) => {
    const answer = await harness.api.ask('me.show', { as: harness.api.visitor(secret) });
    expect(answer).toMatchObject({ status: 401, body: { code: 'key-invalid' } });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="tocsin"');
  },
);

expectExercised('keys');
