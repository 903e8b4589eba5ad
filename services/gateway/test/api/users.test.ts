import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expectExercised } from '../api.ts';
import { type Fakes, serveFakes } from '../fake-services.ts';
import { type Harness, openHarness, PASSWORD, type SignedIn } from '../harness.ts';

let harness: Harness;
let owner: SignedIn;
let fakes: Fakes;
beforeAll(async () => {
  harness = await openHarness();
  fakes = await serveFakes(harness);
  owner = await harness.owner();
});
afterAll(async () => {
  await fakes?.stop();
  await harness?.close();
});

interface User {
  id: string;
  role: string;
  status: string;
  personId: string | null;
}

async function edit(as: SignedIn, userId: string, body: object, etag?: string) {
  const seen = etag ?? (await harness.api.call('users.show', { as: owner, params: { userId } })).headers.get('etag')!;
  return harness.api.ask('users.update', { as, params: { userId }, body, headers: { 'if-match': seen } });
}

async function userOf(userId: string): Promise<User> {
  return (await harness.api.call('users.show', { as: owner, params: { userId } })).body as User;
}

describe('inviting', () => {
  test('an invited user sets a password by the link, once, and is signed in', async () => {
    const body = { email: 'Ada@Example.com', name: 'Ada', role: 'responder', personId: 'ada' };
    const invited = await harness.api.call('users.invite', { as: owner, body });
    const { link, user } = invited.body as { link: string; user: User };
    expect(user).toMatchObject({ role: 'responder', status: 'invited', personId: 'ada' });
    const accept = { token: new URL(link).hash.slice(1), password: PASSWORD };
    const ada = harness.api.visitor();
    await harness.api.call('signIn.acceptInvitation', { as: ada, body: accept });
    expect((await harness.api.call('me.show', { as: ada })).body).toMatchObject({
      id: user.id,
      email: 'Ada@Example.com',
    });
    const again = await harness.api.ask('signIn.acceptInvitation', { body: accept });
    expect(again).toMatchObject({ status: 401, body: { code: 'ticket-invalid' } });
  });

  test('a mail address is one user’s, whatever its case, and a person is one user', async () => {
    await harness.user('responder', { email: 'ben@example.com', personId: 'ben' });
    const body = { name: 'Ben', role: 'observer' };
    const taken = [
      { ...body, email: 'BEN@example.com' },
      { ...body, email: 'other@example.com', personId: 'ben' },
    ];
    const answers = await Promise.all(taken.map((one) => harness.api.ask('users.invite', { as: owner, body: one })));
    expect(answers).toMatchObject([
      { status: 409, body: { code: 'email-taken' } },
      { status: 409, body: { code: 'person-taken' } },
    ]);
  });

  test('a person whom the roster does not have is refused, when a user is made and later', async () => {
    const nobody = { status: 400, body: { code: 'person-unknown', field: 'personId' } };
    const body = { name: 'Zed', role: 'observer', email: 'zed@example.com' };
    for (const personId of ['zed', 'gone']) {
      const invited = await harness.api.ask('users.invite', { as: owner, body: { ...body, personId } });
      expect(invited).toMatchObject(nobody);
    }
    const { id } = await harness.user('observer');
    expect(await edit(owner, id, { personId: 'zed' })).toMatchObject(nobody);
    expect((await userOf(id)).personId).toBeNull();
  });

  test('a new link voids the one before, and using it ends what was', async () => {
    const user = await harness.user('observer');
    const reinvite = () => harness.api.call('users.reinvite', { as: owner, params: { userId: user.id } });
    const links = [(await reinvite()).body, (await reinvite()).body] as { link: string }[];
    const [old, now] = links.map(({ link }) => ({ token: new URL(link).hash.slice(1), password: 'another long one' }));
    expect((await harness.api.ask('signIn.acceptInvitation', { body: old })).status).toBe(401);
    expect((await harness.api.ask('me.show', { as: user })).status).toBe(200);
    await harness.api.call('signIn.acceptInvitation', { as: harness.api.visitor(), body: now });
    expect(await harness.api.ask('me.show', { as: user })).toMatchObject({
      status: 401,
      body: { code: 'session-over' },
    });
  });

  test('what is in the store names nobody', async () => {
    await harness.user('observer', { email: 'secret.person@example.com' });
    const rows = JSON.stringify(await harness.db.collection('gatewayUsers').find().toArray());
    for (const text of ['secret.person', Buffer.from('secret.person').toString('base64').slice(0, 12), PASSWORD]) {
      expect(rows).not.toContain(text);
    }
  });
});

describe('editing', () => {
  test('an edit says which version it saw', async () => {
    const { id } = await harness.user('observer');
    const unsaid = await harness.api.ask('users.update', {
      as: owner,
      params: { userId: id },
      body: { role: 'admin' },
    });
    expect(unsaid).toMatchObject({ status: 428, body: { code: 'if-match-missing' } });
    const first = await edit(owner, id, { role: 'responder' });
    expect(first).toMatchObject({ status: 200, body: { role: 'responder' } });
    const stale = await edit(owner, id, { role: 'observer' }, '"v1"');
    expect(stale).toMatchObject({ status: 412, body: { code: 'version-changed' } });
    expect(await edit(owner, id, { name: 'New name' }, first.headers.get('etag')!)).toMatchObject({ status: 200 });
  });

  test('of two edits of one version at the same instant one is taken', async () => {
    const { id } = await harness.user('observer');
    const etag = (await harness.api.call('users.show', { as: owner, params: { userId: id } })).headers.get('etag')!;
    const answers = await Promise.all(['One', 'Two', 'Three'].map((name) => edit(owner, id, { name }, etag)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
  });

  test('an edit that changes nothing is no entry of the audit', async () => {
    const { id } = await harness.user('observer');
    const before = await harness.collections.audit.countDocuments();
    expect((await edit(owner, id, { role: 'observer' })).status).toBe(200);
    expect(await harness.collections.audit.countDocuments()).toBe(before);
  });

  test('a disabled user is signed out, cannot sign in, and has no keys; enabled again, signs in', async () => {
    const user = await harness.user('admin');
    const made = await harness.api.call('keys.create', { as: user, body: { name: 'k', role: 'admin' } });
    const key = harness.api.visitor((made.body as { secret: string }).secret);
    expect((await harness.api.ask('me.show', { as: key })).status).toBe(200);
    expect((await edit(owner, user.id, { disabled: true })).body).toMatchObject({ status: 'disabled' });
    const signIn = () =>
      harness.api.ask('signIn.withPassword', {
        as: harness.api.visitor(),
        body: { email: user.email, password: PASSWORD },
      });
    for (const answer of [
      await harness.api.ask('me.show', { as: user }),
      await harness.api.ask('me.show', { as: key }),
      await signIn(),
    ])
      expect(answer.status).toBe(401);
    await edit(owner, user.id, { disabled: false });
    expect((await signIn()).status).toBe(200);
  });

  test('a lower role is felt at once', async () => {
    const user = await harness.user('admin');
    expect((await harness.api.ask('users.list', { as: user })).status).toBe(200);
    await edit(owner, user.id, { role: 'observer' });
    expect(await harness.api.ask('users.list', { as: user })).toMatchObject({
      status: 403,
      body: { code: 'role-insufficient' },
    });
  });
});

describe('roles', () => {
  test('nobody gives a role above their own, nor touches who has one', async () => {
    const admin = await harness.user('admin');
    const body = { email: 'x@example.com', name: 'X', role: 'owner' };
    const answers = [
      await harness.api.ask('users.invite', { as: admin, body }),
      await edit(admin, owner.id, { role: 'observer' }),
      await edit(admin, admin.id, { role: 'owner' }),
      await harness.api.ask('users.reinvite', { as: admin, params: { userId: owner.id } }),
      await harness.api.ask('users.endSessions', { as: admin, params: { userId: owner.id } }),
      await harness.api.ask('keys.create', { as: admin, body: { name: 'k', role: 'owner' } }),
    ];
    for (const answer of answers) expect(answer).toMatchObject({ status: 403, body: { code: 'role-above-own' } });
  });

  test('the last owner stays', async () => {
    for (const body of [{ role: 'admin' }, { disabled: true }]) {
      expect(await edit(owner, owner.id, body)).toMatchObject({ status: 409, body: { code: 'last-owner' } });
    }
  });

  test('two owners who end each other’s role at the same instant, on two replicas, leave one', async () => {
    const other = await harness.user('owner');
    const replica = await harness.replica();
    const show = (userId: string) => harness.api.call('users.show', { as: owner, params: { userId } });
    const [mine, theirs] = (await Promise.all([show(owner.id), show(other.id)])).map(
      ({ headers }) => headers.get('etag')!,
    );
    const body = { role: 'admin' };
    const answers = await Promise.all([
      harness.api.ask('users.update', {
        as: owner,
        params: { userId: other.id },
        body,
        headers: { 'if-match': theirs! },
      }),
      replica.api.ask('users.update', {
        as: other,
        params: { userId: owner.id },
        body,
        headers: { 'if-match': mine! },
      }),
    ]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await harness.collections.users.countDocuments({ role: 'owner', status: 'active' })).toBe(1);
    // Whoever lost is made an owner again, for the tests after this one.
    await harness.collections.users.updateOne({ _id: owner.id }, { $set: { role: 'owner' } });
  });
});

test('somebody is signed out everywhere', async () => {
  const user = await harness.user('observer');
  await harness.api.call('signIn.withPassword', {
    as: harness.api.visitor(),
    body: { email: user.email, password: PASSWORD },
  });
  const answer = await harness.api.call('users.endSessions', { as: owner, params: { userId: user.id } });
  expect(answer.body).toEqual({ ended: 2 });
  expect((await harness.api.ask('me.show', { as: user })).status).toBe(401);
  expect(await userOf(user.id)).toMatchObject({ status: 'active' });
});

test('the list goes on where its page ends, and has each user once', async () => {
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const query: Record<string, string | number> = cursor ? { limit: 3, cursor } : { limit: 3 };
    const page = (await harness.api.call('users.list', { as: owner, query })).body as {
      items: User[];
      nextCursor: string | null;
    };
    expect(page.items.length).toBeLessThanOrEqual(3);
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor);
  expect(ids).toHaveLength(await harness.collections.users.countDocuments());
  expect(new Set(ids).size).toBe(ids.length);
});

test('another organisation’s users are not there', async () => {
  const there = await harness.replica({}, { organisationId: 'other' });
  const token = new URL(there.gateway.setupLink!).hash.slice(1);
  const stranger = there.api.visitor();
  const body = { token, email: 'stranger@example.com', name: 'S', password: PASSWORD };
  await there.api.call('setup.createFirstUser', { as: stranger, body });
  expect(await there.api.ask('users.show', { as: stranger, params: { userId: owner.id } })).toMatchObject({
    status: 404,
  });
  expect((await there.api.call('users.list', { as: stranger })).body).toMatchObject({
    items: [{ email: 'stranger@example.com' }],
  });
});

expectExercised('users');
