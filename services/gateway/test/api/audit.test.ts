import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { brokenLink, type Json, Unavailable } from '@tocsin/platform';
import { z } from 'zod';
import { operations } from '../../src/api/operations.ts';
import type { AuditEntry } from '../../src/audit/entry.ts';
import { defineOperation } from '../../src/operations/operation.ts';
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

async function exported(as = owner): Promise<AuditEntry[]> {
  const { body } = await harness.api.call('audit.export', { as });
  return String(body)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as AuditEntry);
}

function expectWhole(entries: AuditEntry[]): void {
  let before: AuditEntry | undefined;
  for (const entry of entries) {
    expect(brokenLink(entry as AuditEntry & { [name: string]: Json }, before)).toBeUndefined();
    before = entry;
  }
}

test('a change is an entry with who, what and which fields, and no value', async () => {
  const admin = await harness.user('admin');
  const body = { email: 'told.apart@example.com', name: 'Told Apart', role: 'observer', personId: 'ada' };
  const { user } = (await harness.api.call('users.invite', { as: admin, body })).body as { user: { id: string } };
  const entry = (await exported()).at(-1)!;
  expect(entry).toMatchObject({
    organisationId: 'acme',
    actor: { kind: 'user', id: admin.id, role: 'admin' },
    action: 'users.invite',
    target: { kind: 'user', id: user.id },
    fields: ['email', 'name', 'role', 'personId'],
    outcome: 'done',
  });
  const all = JSON.stringify(await exported());
  for (const value of ['told.apart', 'Told Apart', PASSWORD, 'tocsin_']) expect(all).not.toContain(value);
});

test('sign-ins, keys and sessions are entries too, each of who did it', async () => {
  const before = (await exported()).length;
  const user = await harness.user('observer');
  const key = await harness.key('admin');
  await harness.api.call('keys.revoke', { as: key, params: { keyId: key.id } });
  await harness.api.call('me.signOut', { as: user });
  const said = (await exported()).slice(before).map(({ action, actor }) => [action, actor.kind, actor.id]);
  expect(said).toEqual([
    ['users.invite', 'user', owner.id],
    ['signIn.acceptInvitation', 'user', user.id],
    ['keys.create', 'user', owner.id],
    ['keys.revoke', 'key', key.id],
    ['me.signOut', 'user', user.id],
  ]);
});

test('what was refused is no entry', async () => {
  const before = (await exported()).length;
  const observer = await harness.user('observer');
  await harness.api.ask('users.invite', {
    as: observer,
    body: { email: 'x@example.com', name: 'X', role: 'observer' },
  });
  await harness.api.ask('signIn.withPassword', { body: { email: owner.email, password: 'wrong' } });
  await harness.api.ask('users.invite', { as: owner, body: { email: owner.email, name: 'X', role: 'observer' } });
  expect((await exported()).length).toBe(before + 2);
});

test('replicas that write at once leave one chain without gaps', async () => {
  const other = await harness.replica();
  const before = (await exported()).length;
  const invite = (n: number) => {
    const body = { email: `many-${n}@example.com`, name: `Many ${n}`, role: 'observer' };
    return (n % 2 ? harness : other).api.call('users.invite', { as: owner, body });
  };
  await Promise.all(Array.from({ length: 40 }, (_, n) => invite(n)));
  const entries = await exported();
  expect(entries).toHaveLength(before + 40);
  expectWhole(entries);
});

test('the list has the newest first, and each entry once', async () => {
  const seen: number[] = [];
  let cursor: string | null = null;
  do {
    const query: Record<string, string | number> = cursor ? { limit: 7, cursor } : { limit: 7 };
    const page = (await harness.api.call('audit.list', { as: owner, query })).body as {
      items: AuditEntry[];
      nextCursor: string | null;
    };
    seen.push(...page.items.map(({ position }) => position));
    cursor = page.nextCursor;
  } while (cursor);
  const length = (await exported()).length;
  expect(seen).toEqual(Array.from({ length }, (_, i) => length - i));
});

test('each organisation has a chain of its own', async () => {
  const there = await harness.replica({}, { organisationId: 'other' });
  const token = new URL(there.gateway.setupLink!).hash.slice(1);
  const stranger = Object.assign(there.api.visitor(), { id: '', email: '' });
  const body = { token, email: 'stranger@example.com', name: 'S', password: PASSWORD };
  await there.api.call('setup.createFirstUser', { as: stranger, body });
  const entries = await exported(stranger);
  expect(entries.map(({ organisationId, position }) => [organisationId, position])).toEqual([
    ['other', 1],
    ['other', 2],
  ]);
  expectWhole(entries);
});

const elsewhere = (id: string, outcome: 'good' | 'away') =>
  defineOperation({
    id,
    method: 'POST',
    path: `/${id}`,
    summary: 'Changes something that another service owns',
    role: 'admin',
    responses: { 200: { description: 'Done.', body: z.object({}) } },
    async handle({ audit }) {
      await audit.around({ target: { kind: 'thing', id: 'one' }, fields: ['colour'] }, async () => {
        if (outcome === 'away') throw new Unavailable('nobody answers', { code: 'no-responder' });
      });
      return { status: 200, body: {} };
    },
  });
const silent = defineOperation({
  id: 'test.silent',
  method: 'POST',
  path: '/test.silent',
  summary: 'Changes something and says nothing',
  role: 'admin',
  responses: { 200: { description: 'Done.', body: z.object({}) } },
  handle: async () => ({ status: 200, body: {} }),
});

test('a change of another service is written before it is asked for, and again with what came of it', async () => {
  const list = [...operations, elsewhere('test.good', 'good'), elsewhere('test.away', 'away'), silent];
  const { url } = await harness.replica({ operations: list });
  const key = await harness.key('admin');
  const post = (id: string) =>
    fetch(`${url}/api/v1/${id}`, { method: 'POST', headers: { authorization: `Bearer ${key.secret}` } });
  const before = (await exported()).length;
  expect([(await post('test.good')).status, (await post('test.away')).status]).toEqual([200, 503]);
  const said = (await exported())
    .slice(before)
    .map(({ action, outcome, askedAt, code }) => [action, outcome, askedAt, code]);
  expect(said).toEqual([
    ['test.good', 'asked', null, null],
    ['test.good', 'done', before + 1, null],
    ['test.away', 'asked', null, null],
    ['test.away', 'failed', before + 3, 'no-responder'],
  ]);
  expect((await post('test.silent')).status).toBe(500);
});

expectExercised('audit');
