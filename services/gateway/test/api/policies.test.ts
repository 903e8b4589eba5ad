import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { expectExercised } from '../api.ts';
import { type Harness, openHarness, type SignedIn } from '../harness.ts';
import { type StartedRoster, startRoster } from '../real-roster.ts';

let harness: Harness;
let roster: StartedRoster;
let admin: SignedIn;
let observer: SignedIn;
beforeAll(async () => {
  harness = await openHarness();
  roster = await startRoster(harness);
  await roster.apply();
  admin = await harness.user('admin');
  observer = await harness.user('observer');
});
afterAll(async () => {
  await roster?.stop();
  await harness?.close();
});
beforeEach(() => roster.apply());

const show = async (policyId: string) => {
  const { body, headers } = await harness.api.call('policies.show', { as: observer, params: { policyId } });
  return { policy: body as Record<string, unknown>, etag: headers.get('etag')! };
};
const night = {
  id: 'night',
  name: 'Night',
  layers: [{ targets: [{ kind: 'person', id: 'ben' }], tryForMs: 60_000 }],
  rounds: 2,
  catchAll: [{ kind: 'team', id: 'secops' }],
  catchAllEveryMs: 300_000,
  ackTimeoutMs: 1_800_000,
};
const lastEntries = async (limit: number) => {
  const { body } = await harness.api.call('audit.list', { as: admin, query: { limit } });
  return (body as { items: { action: string; outcome: string; target: object; fields: string[] }[] }).items;
};

describe('a policy', () => {
  test('is made, read, changed and deleted, each time as what it is then, and each is in the audit', async () => {
    const made = await harness.api.call('policies.create', { as: admin, body: night });
    expect(made.status).toBe(201);
    expect(made.body).toEqual(night);
    const { policy, etag } = await show('night');
    expect([policy, etag]).toEqual([night, made.headers.get('etag')]);

    const body = { ...night, rounds: 3, name: 'Nights' };
    const asked = { as: admin, params: { policyId: 'night' }, body, headers: { 'if-match': etag } };
    const changed = await harness.api.call('policies.update', asked);
    expect(changed.body).toEqual(body);
    expect(changed.headers.get('etag')).not.toBe(etag);
    expect(await lastEntries(2)).toMatchObject([
      {
        action: 'policies.update',
        outcome: 'done',
        target: { kind: 'policy', id: 'night' },
        fields: ['name', 'rounds'],
      },
      { action: 'policies.update', outcome: 'asked' },
    ]);

    const headers = { 'if-match': changed.headers.get('etag')! };
    const gone = await harness.api.call('policies.delete', { as: admin, params: { policyId: 'night' }, headers });
    expect(gone.status).toBe(204);
    expect(await harness.api.ask('policies.show', { as: admin, params: { policyId: 'night' } })).toMatchObject({
      status: 404,
      body: { code: 'policy-unknown', field: 'policyId' },
    });
  });

  test('comes in pages, by its id', async () => {
    await harness.api.call('policies.create', { as: admin, body: night });
    const first = await harness.api.call('policies.list', { as: observer, query: { limit: 1 } });
    const { items, nextCursor } = first.body as { items: { id: string }[]; nextCursor: string };
    expect(items.map(({ id }) => id)).toEqual(['main']);
    const query = { limit: 1, cursor: nextCursor };
    const second = await harness.api.call('policies.list', { as: observer, query });
    expect(second.body).toEqual({ items: [night], nextCursor: null });
  });

  test('that somebody else changed meanwhile is not overwritten, and not deleted', async () => {
    const { policy, etag } = await show('main');
    const update = (name: string) => ({
      as: admin,
      params: { policyId: 'main' },
      body: { ...policy, name },
      headers: { 'if-match': etag },
    });
    await harness.api.call('policies.update', update('First'));
    expect(await harness.api.ask('policies.update', update('Second'))).toMatchObject({
      status: 412,
      body: { code: 'version-changed' },
    });
    const { body: _, ...rest } = update('');
    expect((await harness.api.ask('policies.delete', rest)).status).toBe(412);
    expect((await show('main')).policy.name).toBe('First');
    expect(await lastEntries(1)).toMatchObject([{ action: 'policies.delete', outcome: 'failed', fields: [] }]);
  });

  test('that something refers to stays, and what does is named', async () => {
    const { etag } = await show('main');
    const asked = { as: admin, params: { policyId: 'main' }, headers: { 'if-match': etag } };
    expect(await harness.api.ask('policies.delete', asked)).toMatchObject({
      status: 409,
      body: { code: 'still-referred-to', detail: 'still in organisation, default policy' },
    });
  });

  test('whose id is taken is not made', async () => {
    expect(await harness.api.ask('policies.create', { as: admin, body: { ...night, id: 'main' } })).toMatchObject({
      status: 409,
      body: { code: 'already-exists', field: 'id' },
    });
  });

  test.each([
    ['nobody to fall back on', { catchAll: [{ kind: 'schedule', id: 'primary' }] }, 'catchAll'],
    [
      'somebody whom nobody knows',
      { layers: [{ targets: [{ kind: 'person', id: 'x' }], tryForMs: 1_000 }] },
      'layers[0].targets[0].id',
    ],
    ['no layers', { layers: [] }, 'layers'],
    ['no rounds', { rounds: 0 }, 'rounds'],
    ['a name of nothing', { name: ' ' }, 'name'],
    ['a word for a number', { rounds: 'many' }, 'rounds'],
  ])('is refused with the field that is wrong: %s', async (_, over, field) => {
    expect(await harness.api.ask('policies.create', { as: admin, body: { ...night, ...over } })).toMatchObject({
      status: 400,
      body: { field },
    });
  });
});

describe('a dry run', () => {
  interface Moment {
    kind: string;
    afterMs: number;
    layer: number;
    people?: string[];
    personId?: string;
    channel?: string;
    reason?: string;
    target?: string;
  }
  const dryRun = async (body: object) => {
    const answer = await harness.api.call('policies.dryRun', { as: observer, body });
    return answer.body as { timeline: Moment[]; names: Record<string, string>; truncated: boolean };
  };
  const minutes = ({ afterMs, layer, kind, ...rest }: Moment) =>
    [
      `${afterMs / 60_000} L${layer} ${kind}`,
      rest.personId ?? rest.people?.join(',') ?? '',
      rest.channel ?? rest.reason ?? '',
    ]
      .join(' ')
      .trim();

  test('says who would be paged when, on which channels, and who is skipped because', async () => {
    // A minute before Ada hands over to Ben: by the second layer it would be his week, and he is in it as well.
    const run = await dryRun({ policyId: 'main', at: '2026-01-12T08:58:00+01:00' });
    expect(run.timeline.map(minutes)).toEqual([
      '0 L1 layer ada',
      '0 L1 page ada sms',
      '0.5 L1 page ada voice',
      '5 L2 layer ben',
      '5 L2 skipped mute no-contact-method',
      '5 L2 page ben sms',
      '5.5 L2 page ben voice',
      '10 L3 layer cleo',
      '10 L3 page cleo sms',
      '10.5 L3 page cleo voice',
      '20 L3 layer cleo',
      '20 L3 page cleo sms',
      '20.5 L3 page cleo voice',
    ]);
    expect(run).toMatchObject({ truncated: false, names: { ada: 'Ada Lovelace', mute: 'Mo Mute' } });
  });

  test('asks who is on call when each layer would begin, not only at the start', async () => {
    const { policy } = await show('main');
    const twice = { ...policy, id: 'twice', rounds: 2, layers: [(policy.layers as object[])[0]] };
    const { timeline } = await dryRun({ policy: twice, at: '2026-01-12T08:58:00+01:00' });
    expect(timeline.filter(({ kind }) => kind === 'layer').map(minutes)).toEqual([
      '0 L1 layer ada',
      '5 L1 layer ben',
      '10 L2 layer cleo',
      '20 L2 layer cleo',
    ]);
  });

  test('of what is still being written stores nothing, and says what is wrong with it', async () => {
    const { timeline } = await dryRun({ policy: night, severity: 'low', at: '2026-01-06T12:00:00Z' });
    expect(timeline.slice(0, 2).map(minutes)).toEqual(['0 L1 layer ben', '0 L1 page ben sms']);
    expect((await harness.api.ask('policies.show', { as: observer, params: { policyId: 'night' } })).status).toBe(404);
    const policy = { ...night, catchAll: [{ kind: 'person', id: 'x' }] };
    expect(await harness.api.ask('policies.dryRun', { as: observer, body: { policy } })).toMatchObject({
      status: 400,
      body: { field: 'policy.catchAll[0].id', detail: 'catchAll[0].id: no person is called x' },
    });
    const both = { policy: night, policyId: 'main' };
    for (const body of [{}, both]) {
      expect(await harness.api.ask('policies.dryRun', { as: observer, body })).toMatchObject({
        status: 400,
        body: { code: 'policy-missing' },
      });
    }
  });

  test('shows a gap where nobody is on call', async () => {
    const empty = { id: 'empty', name: 'Empty', timeZone: 'UTC', rotations: [], overrides: [] };
    await roster.apply({ schedules: [...roster.schedules, empty] });
    const policy = { ...night, layers: [{ targets: [{ kind: 'schedule', id: 'empty' }], tryForMs: 60_000 }] };
    const { timeline } = await dryRun({ policy, at: '2026-01-06T12:00:00Z' });
    expect(timeline.slice(0, 2)).toMatchObject([
      { kind: 'gap', layer: 1, target: 'schedule empty' },
      { kind: 'empty', layer: 1, reason: 'nobody-on-call' },
    ]);
  });

  test('of a policy that there is not says so', async () => {
    expect(await harness.api.ask('policies.dryRun', { as: observer, body: { policyId: 'gone' } })).toMatchObject({
      status: 404,
      body: { code: 'policy-unknown', field: 'policyId' },
    });
  });
});

expectExercised('policies');
