import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { expectExercised } from '../api.ts';
import { type Harness, openHarness, type SignedIn } from '../harness.ts';
import { type StartedRoster, startRoster } from '../real-roster.ts';

let harness: Harness;
let roster: StartedRoster;
let admin: SignedIn;
beforeAll(async () => {
  harness = await openHarness();
  roster = await startRoster(harness);
  await roster.apply();
  admin = await harness.user('admin');
});
afterAll(async () => {
  await roster?.stop();
  await harness?.close();
});
beforeEach(() => roster.apply());

test('a team is made, read, changed and deleted', async () => {
  const blue = { id: 'blue', name: 'Blue', memberIds: ['ada'] };
  const made = await harness.api.call('teams.create', { as: admin, body: blue });
  expect([made.status, made.body]).toEqual([201, blue]);
  const params = { teamId: 'blue' };
  const { headers } = await harness.api.call('teams.show', { as: admin, params });
  const more = { ...blue, memberIds: ['ada', 'ben'] };
  const asked = { as: admin, params, body: more, headers: { 'if-match': headers.get('etag')! } };
  const changed = await harness.api.call('teams.update', asked);
  expect(changed.body).toEqual(more);
  const { body } = await harness.api.call('teams.list', { as: admin });
  expect(body).toMatchObject({ items: [more, { id: 'secops' }], nextCursor: null });
  await harness.api.call('teams.delete', { as: admin, params, headers: { 'if-match': changed.headers.get('etag')! } });
  expect((await harness.api.ask('teams.show', { as: admin, params })).status).toBe(404);
});

test('a list goes on where its reader was, whatever was added meanwhile', async () => {
  await harness.api.call('teams.create', { as: admin, body: { id: 'blue', name: 'Blue', memberIds: [] } });
  const first = await harness.api.call('teams.list', { as: admin, query: { limit: 1 } });
  expect(first.body).toMatchObject({ items: [{ id: 'blue' }], nextCursor: 'blue' });
  await harness.api.call('teams.create', { as: admin, body: { id: 'alpha', name: 'Alpha', memberIds: [] } });
  const second = await harness.api.call('teams.list', { as: admin, query: { limit: 1, cursor: 'blue' } });
  expect(second.body).toMatchObject({ items: [{ id: 'secops' }], nextCursor: null });
});

describe('an edit', () => {
  const params = { teamId: 'secops' };
  const team = { id: 'secops', name: 'Security operations', memberIds: ['ben'] };
  const etag = async () => (await harness.api.call('teams.show', { as: admin, params })).headers.get('etag')!;

  test.each([
    ['without a version', {}, 428, 'if-match-missing'],
    ['of any version', { 'if-match': '*' }, 400, 'if-match-invalid'],
    ['of a version that is none of ours', { 'if-match': '"mine"' }, 412, 'version-changed'],
  ])('%s is refused', async (_, headers, status, code) => {
    const answer = await harness.api.ask('teams.update', { as: admin, params, body: team, headers });
    expect(answer).toMatchObject({ status, body: { code } });
  });

  test('keeps the id', async () => {
    const asked = { as: admin, params, body: { ...team, id: 'other' }, headers: { 'if-match': await etag() } };
    expect(await harness.api.ask('teams.update', asked)).toMatchObject({
      status: 400,
      body: { code: 'id-fixed', field: 'id' },
    });
  });

  test('that changes nothing keeps the version', async () => {
    const before = await etag();
    const asked = { as: admin, params, body: { ...team, memberIds: ['ben', 'mute'] }, headers: { 'if-match': before } };
    expect((await harness.api.call('teams.update', asked)).headers.get('etag')).toBe(before);
  });

  test('says who of them nobody knows', async () => {
    const body = { ...team, memberIds: ['ben', 'nobody'] };
    const asked = { as: admin, params, body, headers: { 'if-match': await etag() } };
    expect(await harness.api.ask('teams.update', asked)).toMatchObject({
      status: 400,
      body: { code: 'item-invalid', field: 'memberIds[1]' },
    });
  });
});

expectExercised('teams');
