import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Handlers, InvalidInput, millis, serve, services, timestamp } from '@tocsin/platform';
import { type Analytics, Bucket, type QueryRequest, type Settings } from '@tocsin/proto/analytics/v1';
import { expectExercised } from '../api.ts';
import { type Fakes, serveFakes } from '../fake-services.ts';
import { type Harness, log, openHarness, type SignedIn } from '../harness.ts';

const FROM = Date.UTC(2026, 0, 5);
const statistics = (n: number, more: object = {}) => ({ n: BigInt(n), sum: n, ...more });
const measured = statistics(2, { sum: 90_000, median: 30_000, p90: 60_000, p95: 60_000 });

/** Analytics' own, where nothing was set. */
const USUAL = {
  timeZone: 'UTC',
  workFromMinute: 480,
  workUntilMinute: 1_080,
  workDays: [1, 2, 3, 4, 5],
  nightFromMinute: 1_320,
  nightUntilMinute: 480,
};
const clocks = new Map<string, Settings>();

let harness: Harness;
let fakes: Fakes;
let observer: SignedIn;
let analytics: { stop(): Promise<void> };
let asked: QueryRequest[] = [];
/** What the groups of the next answers are. */
let groups: string[][] = [[]];
beforeAll(async () => {
  harness = await openHarness();
  fakes = await serveFakes(harness);
  observer = await harness.user('observer');
  const refuse = async () => {
    throw new InvalidInput('the gateway asks for nothing of this', { code: 'unexpected' });
  };
  const handlers: Handlers<typeof Analytics> = {
    getSettings: async ({ organisationId }) => clocks.get(organisationId) ?? USUAL,
    configure: async ({ organisationId, settings }) => {
      if (!settings) throw new InvalidInput('must be given', { code: 'settings-invalid', field: 'settings' });
      clocks.set(organisationId, settings);
      return settings;
    },
    rebuild: refuse,
    query: async (request) => {
      asked.push(request);
      const series = request.kpis.flatMap((kpi) =>
        groups.map((group) => ({
          kpi,
          group,
          points: [{ start: timestamp(FROM), statistics: measured }],
          total: measured,
        })),
      );
      return { series, timeZone: request.timeZone || 'Europe/Berlin' };
    },
  };
  analytics = serve(harness.nc, services.analytics, handlers, { log });
  await harness.nc.flush();
});
afterAll(async () => {
  await analytics?.stop();
  await fakes?.stop();
  await harness?.close();
});
beforeEach(() => {
  asked = [];
  groups = [[]];
});

const query = (of: Record<string, string>, headers = {}) =>
  harness.api.call('kpis.query', { as: observer, query: of, headers });
const refusal = async (of: Record<string, string>) => {
  const { status, body } = await harness.api.ask('kpis.query', { as: observer, query: of });
  return { status, field: (body as { field?: string }).field };
};

describe('as JSON', () => {
  test('numbers come with their definitions, and groups with their names', async () => {
    groups = [
      ['secops', 'critical'],
      ['', 'low'],
    ];
    const range = { from: '2026-01-05T00:00:00Z', until: '2026-01-06T00:00:00Z' };
    const { body } = await query({ kpis: 'time-to-acknowledge', groupBy: 'team,severity', bucket: 'day', ...range });
    const numbers = { n: 2, sum: 90_000, median: 30_000, p90: 60_000, p95: 60_000 };
    const points = [{ start: '2026-01-05T00:00:00.000Z', statistics: numbers }];
    const severity = (value: string) => ({ dimension: 'severity', value, name: value });
    expect(body).toEqual({
      from: '2026-01-05T00:00:00.000Z',
      until: '2026-01-06T00:00:00.000Z',
      timeZone: 'Europe/Berlin',
      series: [
        {
          kpi: 'time-to-acknowledge',
          group: [{ dimension: 'team', value: 'secops', name: 'Security operations' }, severity('critical')],
          points,
          total: numbers,
        },
        {
          kpi: 'time-to-acknowledge',
          group: [{ dimension: 'team', value: '', name: '' }, severity('low')],
          points,
          total: numbers,
        },
      ],
      definitions: [
        expect.objectContaining({
          id: 'time-to-acknowledge',
          unit: 'ms',
          starts: '`opened`',
          link: 'https://sre.google/sre-book/being-on-call/',
        }),
      ],
    });
  });

  test('what is asked reaches analytics as it is, for the asker’s organisation', async () => {
    await query({
      kpis: 'pages,pages',
      bucket: 'week',
      timeZone: 'Asia/Tokyo',
      severity: 'critical,high',
      asset: 'db, the old one',
      hourOfDay: '3',
      outOfHours: 'true',
      drills: 'only',
    });
    expect(asked).toMatchObject([
      {
        organisationId: 'acme',
        kpis: ['pages'],
        bucket: Bucket.WEEK,
        timeZone: 'Asia/Tokyo',
        groupBy: [],
        drills: true,
        filters: [
          { dimension: 'severity', values: ['critical', 'high'] },
          { dimension: 'asset', values: ['db, the old one'] },
          { dimension: 'hour-of-day', values: ['3'] },
          { dimension: 'out-of-hours', values: ['true'] },
        ],
      },
    ]);
  });

  test('without a range it is the last 30 days; without names all that can be told apart so', async () => {
    await query({ channel: 'sms' });
    const [{ from, until, kpis, drills }] = asked as [QueryRequest];
    expect(millis(until)! - millis(from)!).toBe(30 * 86_400_000);
    expect(drills).toBe(false);
    expect(kpis).toContain('notifications-taken');
    expect(kpis).not.toContain('incidents');
    await query({});
    expect(asked[1]!.kpis).toHaveLength(17);
  });

  test.each([
    ['a KPI that there is not', { kpis: 'happiness' }, 'kpis[0]'],
    ['three dimensions', { groupBy: 'team,asset,severity' }, 'groupBy'],
    ['a dimension that the KPI has not', { kpis: 'incidents', groupBy: 'provider' }, 'groupBy'],
    ['a filter that the KPI has not', { kpis: 'incidents', channel: 'sms' }, 'channel'],
    ['what no KPI has', { groupBy: 'person', outcome: 'accepted' }, 'groupBy'],
    ['a zone that there is not', { timeZone: 'Mars/Olympus' }, 'timeZone'],
    ['an hour that there is not', { hourOfDay: '24' }, 'hourOfDay[0]'],
  ])('%s is refused, naming the field', async (_what, of: Record<string, string>, field) => {
    expect(await refusal(of)).toEqual({ status: 400, field });
    expect(asked).toEqual([]);
  });
});

describe('as CSV', () => {
  test.each([
    ['by format', { format: 'csv' }, {}],
    ['by Accept', {}, { accept: 'text/csv' }],
    ['by format, whatever Accept says', { format: 'csv' }, { accept: 'application/json' }],
  ])('%s: a row a bucket, and one for the whole range', async (_how, format, headers) => {
    groups = [['secops']];
    const { body, headers: said } = await query({ kpis: 'time-to-acknowledge', groupBy: 'team', ...format }, headers);
    expect(said.get('content-type')).toMatch(/^text\/csv/);
    expect(String(body).split('\r\n')).toEqual([
      'kpi,unit,team,team-name,start,n,sum,median,p90,p95',
      'time-to-acknowledge,ms,secops,Security operations,2026-01-05T00:00:00.000Z,2,90000,30000,60000,60000',
      'time-to-acknowledge,ms,secops,Security operations,,2,90000,30000,60000,60000',
      '',
    ]);
  });

  test('what a sender named cannot become a formula, nor another cell', async () => {
    groups = [['=HYPERLINK("http://evil","x")'], ['a, b'], ['plain']];
    const { body } = await query({ kpis: 'incidents', groupBy: 'asset', format: 'csv' });
    const assets = String(body).split('\r\n').slice(1, -1);
    expect(assets[0]).toMatch(/^incidents,count,"'=HYPERLINK\(""http:\/\/evil"",""x""\)",2026/);
    expect(assets[2]).toMatch(/^incidents,count,"a, b",2026/);
    expect(assets[4]).toMatch(/^incidents,count,plain,2026/);
  });

  test('another type is refused', async () => {
    const answer = await harness.api.ask('kpis.query', { as: observer, headers: { accept: 'text/html' } });
    expect(answer).toMatchObject({
      status: 406,
      body: { detail: 'this answers with application/json or text/csv only' },
    });
  });
});

describe('the clock', () => {
  const usual = {
    timeZone: 'UTC',
    workingHours: { from: '08:00', until: '18:00' },
    workingDays: ['mon', 'tue', 'wed', 'thu', 'fri'],
    night: { from: '22:00', until: '08:00' },
  };
  const set = async (body: object) =>
    harness.api.ask('kpis.setClock', { as: await harness.owner(), body: { ...usual, ...body } });

  test('is what analytics says, and is set by an admin, with an entry in the audit', async () => {
    const show = async () => (await harness.api.call('kpis.showClock', { as: observer })).body;
    expect(await show()).toEqual(usual);
    const tokyo = { timeZone: 'Asia/Tokyo', workingHours: { from: '09:30', until: '24:00' }, workingDays: ['sun'] };
    expect(await set(tokyo)).toMatchObject({ status: 200, body: { ...usual, ...tokyo } });
    expect(clocks.get('acme')).toMatchObject({ workFromMinute: 570, workUntilMinute: 1_440, workDays: [7] });
    expect(await show()).toEqual({ ...usual, ...tokyo });
    const [entry] = await harness.collections.audit.find({}).sort({ position: -1 }).limit(1).toArray();
    expect(entry).toMatchObject({ action: 'kpis.setClock', outcome: 'done' });
  });

  test.each([
    ['a zone that there is not', { timeZone: 'Mars/Olympus' }, 'timeZone'],
    ['hours that end before they begin', { workingHours: { from: '18:00', until: '08:00' } }, 'workingHours.until'],
    ['a time that is no quarter of an hour', { night: { from: '22:10', until: '08:00' } }, 'night.from'],
    ['a night that is none', { night: { from: '22:00', until: '22:00' } }, 'night.until'],
    ['no day', { workingDays: [] }, 'workingDays'],
  ])('%s is refused, naming the field', async (_what, body, field) => {
    expect(await set(body)).toMatchObject({ status: 400, body: { field } });
  });
});

expectExercised('kpis');
