import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { expectExercised } from '../api.ts';
import { type Harness, openHarness, type SignedIn } from '../harness.ts';
import { type StartedRoster, startRoster } from '../real-roster.ts';

let harness: Harness;
let roster: StartedRoster;
let admin: SignedIn;
let ben: SignedIn;
beforeAll(async () => {
  harness = await openHarness();
  roster = await startRoster(harness);
  await roster.apply();
  admin = await harness.user('admin');
  ben = await harness.user('responder', { personId: 'ben' });
});
afterAll(async () => {
  await roster?.stop();
  await harness?.close();
});
beforeEach(() => roster.apply());

const PRIMARY = { scheduleId: 'primary' };
/** Ada's week, in Berlin. */
const WEEK = { from: '2026-01-05T09:00:00+01:00', until: '2026-01-12T09:00:00+01:00' };
const swap = { personId: 'ben', from: '2026-01-07T18:00', until: '2026-01-08T08:00' };

interface Shown {
  shifts: { person: { id: string; name: string }; startsAt: string; endsAt: string; source: object }[];
  gaps: { startsAt: string; endsAt: string }[];
}
const shifts = async (query = WEEK, params = PRIMARY) =>
  (await harness.api.call('schedules.listShifts', { as: ben, params, query })).body as Shown;
const shown = ({ shifts: all }: Shown) =>
  all.map(({ person, startsAt, endsAt }) => `${person.id} ${startsAt.slice(0, 16)} ${endsAt.slice(0, 16)}`);

describe('a schedule', () => {
  test('is made, read, changed and deleted, each time as what it is then', async () => {
    const night = { ...roster.schedules[0]!, id: 'night', name: 'Night' };
    const made = await harness.api.call('schedules.create', { as: admin, body: night });
    expect([made.status, made.body]).toEqual([201, night]);
    const params = { scheduleId: 'night' };
    const { headers } = await harness.api.call('schedules.show', { as: ben, params });
    const moved = { ...night, timeZone: 'Asia/Tokyo' };
    const asked = { as: admin, params, body: moved, headers: { 'if-match': headers.get('etag')! } };
    const changed = await harness.api.call('schedules.update', asked);
    expect(changed.body).toEqual(moved);
    const { body } = await harness.api.call('schedules.list', { as: ben });
    expect(body).toMatchObject({ items: [{ id: 'night' }, { id: 'primary' }], nextCursor: null });
    const gone = { as: admin, params, headers: { 'if-match': changed.headers.get('etag')! } };
    expect((await harness.api.call('schedules.delete', gone)).status).toBe(204);
    expect((await harness.api.ask('schedules.show', { as: ben, params })).status).toBe(404);
  });

  test('that a policy pages cannot go', async () => {
    const { headers } = await harness.api.call('schedules.show', { as: ben, params: PRIMARY });
    const asked = { as: admin, params: PRIMARY, headers: { 'if-match': headers.get('etag')! } };
    expect(await harness.api.ask('schedules.delete', asked)).toMatchObject({
      status: 409,
      body: { detail: 'still in policy main, layer 1' },
    });
  });

  const rotation = (over: object) => ({ ...roster.schedules[0]!.rotations[0]!, ...over });
  test.each<[string, () => object, string]>([
    ['a zone that is none', () => ({ timeZone: 'Europe/Atlantis' }), 'timeZone'],
    ['a handoff at no time', () => ({ rotations: [rotation({ handoffTime: '9' })] }), 'rotations[0].handoffTime'],
    ['nobody to take turns', () => ({ rotations: [rotation({ memberIds: [] })] }), 'rotations[0].memberIds'],
  ])('is refused with the field that is wrong: %s', async (_, over, field) => {
    const body = { ...roster.schedules[0]!, id: 'new', ...over() };
    expect(await harness.api.ask('schedules.create', { as: admin, body })).toMatchObject({
      status: 400,
      body: { code: 'item-invalid', field },
    });
  });
});

describe('who is on call when', () => {
  test('has names, sources, and gaps where nobody is', async () => {
    const days = ['mon', 'tue', 'wed', 'thu', 'fri'];
    const office = { days, from: '08:00', until: '18:00' };
    const [schedule] = roster.schedules;
    const rotations = schedule!.rotations.map((one) => ({ ...one, restrictions: [office] }));
    await roster.apply({ schedules: [{ ...schedule, rotations }] });
    const two = { from: '2026-01-05T09:00:00+01:00', until: '2026-01-06T12:00:00+01:00' };
    expect(await shifts(two)).toEqual({
      from: '2026-01-05T08:00:00.000Z',
      until: '2026-01-06T11:00:00.000Z',
      shifts: [
        {
          person: { id: 'ada', name: 'Ada Lovelace' },
          startsAt: '2026-01-05T08:00:00.000Z',
          endsAt: '2026-01-05T17:00:00.000Z',
          source: { kind: 'rotation', id: 'weekly' },
        },
        {
          person: { id: 'ada', name: 'Ada Lovelace' },
          startsAt: '2026-01-06T07:00:00.000Z',
          endsAt: '2026-01-06T17:00:00.000Z',
          source: { kind: 'rotation', id: 'weekly' },
        },
      ],
      gaps: [{ startsAt: '2026-01-05T17:00:00.000Z', endsAt: '2026-01-06T07:00:00.000Z' }],
    });
  });

  test('is the two weeks to come where no period is named', async () => {
    const { body } = await harness.api.call('schedules.listShifts', { as: ben, params: PRIMARY });
    const { from, until, gaps } = body as Shown & { from: string; until: string };
    expect(Date.parse(until) - Date.parse(from)).toBe(14 * 86_400_000);
    expect(gaps).toEqual([]);
  });

  test.each([
    ['ends before it begins', { ...WEEK, until: '2026-01-04T00:00:00Z' }, PRIMARY, 400, 'until'],
    ['is longer than 100 days', { ...WEEK, until: '2026-05-04T00:00:00Z' }, PRIMARY, 400, 'until'],
    ['is of a schedule that is none', WEEK, { scheduleId: 'gone' }, 404, 'scheduleId'],
  ])('is refused by name where the period %s', async (_, query, params, status, field) => {
    const answer = await harness.api.ask('schedules.listShifts', { as: ben, params, query });
    expect(answer).toMatchObject({ status, body: { field } });
  });
});

describe('an override', () => {
  test('in one call puts somebody in another’s place, and is taken back', async () => {
    const before = shown(await shifts());
    const made = await harness.api.call('schedules.createOverride', { as: ben, params: PRIMARY, body: swap });
    const { id } = made.body as { id: string };
    expect([made.status, made.body]).toEqual([201, { id, ...swap }]);
    const during = await shifts();
    expect(shown(during)).toEqual([
      'ada 2026-01-05T08:00 2026-01-07T17:00',
      'ben 2026-01-07T17:00 2026-01-08T07:00',
      'ada 2026-01-08T07:00 2026-01-12T08:00',
    ]);
    expect(during.shifts[1]!.source).toEqual({ kind: 'override', id });
    const params = { ...PRIMARY, overrideId: id };
    await harness.api.call('schedules.deleteOverride', { as: ben, params });
    expect(shown(await shifts())).toEqual(before);
    expect(await harness.api.ask('schedules.deleteOverride', { as: ben, params })).toMatchObject({
      status: 404,
      body: { code: 'override-unknown', field: 'overrideId' },
    });
    const { body } = await harness.api.call('audit.list', { as: admin, query: { limit: 4 } });
    const target = { kind: 'schedule', id: 'primary' };
    expect(body).toMatchObject({
      items: [
        { action: 'schedules.deleteOverride', outcome: 'failed', code: 'override-unknown' },
        { outcome: 'asked' },
        { action: 'schedules.deleteOverride', outcome: 'done', target, fields: ['overrides'] },
        { outcome: 'asked' },
      ],
    });
  });

  test('that comes twice with one key is one', async () => {
    const asked = { as: ben, params: PRIMARY, body: swap, headers: { 'idempotency-key': 'drop-1' } };
    const first = await harness.api.call('schedules.createOverride', asked);
    const again = await harness.api.call('schedules.createOverride', asked);
    expect(again.body).toEqual(first.body);
    const { body } = await harness.api.call('schedules.show', { as: ben, params: PRIMARY });
    expect(body).toMatchObject({ overrides: [swap] });
  });

  test('may be for one rotation only', async () => {
    const body = { ...swap, rotationId: 'weekly' };
    const made = await harness.api.call('schedules.createOverride', { as: ben, params: PRIMARY, body });
    expect(made.body).toMatchObject(body);
  });

  test.each([
    ['somebody whom nobody knows', { personId: 'nobody' }, 400, 'personId'],
    ['an end before its beginning', { until: '2026-01-01T00:00' }, 400, 'until'],
    ['a time that is none', { from: 'noon' }, 400, 'from'],
    ['a rotation that is none', { rotationId: 'daily' }, 400, 'rotationId'],
  ])('is refused with the field that is wrong: %s', async (_, over, status, field) => {
    const asked = { as: ben, params: PRIMARY, body: { ...swap, ...over } };
    expect(await harness.api.ask('schedules.createOverride', asked)).toMatchObject({ status, body: { field } });
  });

  test('of a schedule that there is not is not found', async () => {
    const asked = { as: ben, params: { scheduleId: 'gone' }, body: swap };
    expect(await harness.api.ask('schedules.createOverride', asked)).toMatchObject({
      status: 404,
      body: { field: 'scheduleId' },
    });
  });
});

expectExercised('schedules');
