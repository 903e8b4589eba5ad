import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { KPI_RULES, type KpiEntry } from '@tocsin/domain';
import { until } from '@tocsin/platform';
import { Bucket } from '@tocsin/proto/analytics/v1';
import { ask, type Harness, openHarness, type StoredIncident } from './harness.ts';

const OPENED = Date.parse('2026-01-05T21:30:00Z');
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let harness: Harness;
beforeAll(async () => {
  harness = await openHarness();
});
afterEach(() => harness.stopReplicas());
afterAll(() => harness.close());

let made = 0;

/** An incident of an organisation of its own: opened, paged, and what else is said of it. */
function incident(...said: [kind: string, minutes: number, data?: Record<string, unknown>][]): StoredIncident {
  made += 1;
  const organisationId = `acme-${made}`;
  const all: typeof said = [['opened', 0, { severity: 'high', team: 'secops', drill: false }], ...said];
  const log = all.map(
    ([kind, minutes, data = {}], index): KpiEntry => ({
      position: index + 1,
      kind,
      at: OPENED + minutes * MINUTE,
      data: { escalation: 'response', ...data },
    }),
  );
  return { incidentId: `${organisationId}-incident`, organisationId, log };
}

const tellAll = (one: StoredIncident, entries = one.log) =>
  harness.tell(entries.map((entry) => ({ incident: one, entry })));
const range = { from: OPENED - DAY, until: OPENED + DAY };
const taken = (person: string) => ({
  notification: `I/response/1/1/${person}/${person}-sms/1/page`,
  person,
  layer: 1,
  channel: 'sms',
  provider: 'main',
  receipt: 'queued',
});

test('a fact that never came is asked for, and those that waited for it count', async () => {
  const one = incident(['layer-started', 1, { layer: 1, people: ['ada'] }], ['accepted', 3, { person: 'ada' }]);
  harness.keep([one]);
  await harness.replica({ patienceMs: 300 });
  await tellAll(one, [one.log[0]!, one.log[2]!]);
  await harness.folded([one]);
  expect(await harness.collections.incidents.findOne({ _id: one.incidentId })).toMatchObject({
    waiting: [],
    waitingSince: null,
    kpis: { acknowledgedAt: OPENED + 3 * MINUTE },
  });
});

test('an organisation that was there before is counted by the first start, without any fact', async () => {
  const one = incident(['closed', 5, { by: 'ada' }]);
  harness.keep([one]);
  await harness.collections.rebuilds.deleteMany({});
  await harness.replica();
  await harness.folded([one]);
  const query = { organisationId: one.organisationId, kpis: ['time-to-resolve'], ...range };
  await until(async () => {
    const { total } = (await ask(harness, query))['time-to-resolve']!;
    return total?.median === 5 * MINUTE;
  });
});

test('what an older version made by other rules is made again', async () => {
  const one = incident(['accepted', 3, { person: 'ada' }]);
  harness.keep([one]);
  await harness.replica();
  await tellAll(one);
  await harness.folded([one]);
  await harness.collections.incidents.updateOne(
    { _id: one.incidentId },
    { $set: { rules: 0, 'kpis.acknowledgedAt': null } },
  );
  await until(async () => {
    const doc = await harness.collections.incidents.findOne({ _id: one.incidentId });
    return doc?.rules === KPI_RULES && doc.kpis.acknowledgedAt === OPENED + 3 * MINUTE;
  });
});

test('a replica that starts knows what others took in, and all hear what any takes in', async () => {
  const one = incident();
  await harness.replica();
  await tellAll(one);
  await harness.folded([one]);
  await harness.stopReplicas();
  await Promise.all([harness.replica(), harness.replica()]);
  const counted = async (kpi: string) => {
    const query = { organisationId: one.organisationId, kpis: [kpi], ...range };
    return (await ask(harness, query))[kpi]?.total?.n;
  };
  // Whichever replica answers: each was asked a few times.
  for (let times = 0; times < 10; times += 1) expect(await counted('incidents')).toBe(1);
  one.log.push({ position: 2, kind: 'closed', at: OPENED + MINUTE, data: { by: 'source' } });
  await tellAll(one);
  await harness.folded([one]);
  await until(async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => counted('time-to-resolve')));
    return answers.every((n) => n === 1);
  });
});

describe('interrupted nights', () => {
  test("are of each person's own zone; of who is not known to the roster, the organisation's", async () => {
    // 21:30 UTC: half past ten at night in Berlin, half past four in the afternoon in New York.
    const one = incident(
      ['notification', 0, taken('berliner')],
      ['notification', 0, taken('yorker')],
      ['notification', 1, taken('erased')],
    );
    harness.zones.set('berliner', 'Europe/Berlin').set('yorker', 'America/New_York');
    await harness.replica();
    await tellAll(one);
    await harness.folded([one]);
    const query = { organisationId: one.organisationId, kpis: ['interrupted-nights'], groupBy: ['person'], ...range };
    await until(async () => 'interrupted-nights berliner' in (await ask(harness, query)));
    expect(Object.keys(await ask(harness, query))).toEqual(['interrupted-nights berliner']);

    const { organisationId } = one;
    const { analytics } = harness;
    const settings = { ...(await analytics.getSettings({ organisationId })), timeZone: 'Europe/Helsinki' };
    await analytics.configure({ organisationId, settings });
    expect(Object.keys(await ask(harness, query))).toEqual([
      'interrupted-nights berliner',
      'interrupted-nights erased',
    ]);
    // Asked once, and then remembered.
    expect(harness.asked.filter((people) => people.includes('berliner'))).toHaveLength(1);
  });

  test('a night has one evening: what comes after midnight is of the same', async () => {
    const one = incident(['notification', 45, taken('night-owl')], ['notification', 180, taken('night-owl')]);
    harness.zones.set('night-owl', 'Europe/Berlin');
    await harness.replica();
    await tellAll(one);
    await harness.folded([one]);
    const query = { organisationId: one.organisationId, kpis: ['interrupted-nights'], ...range };
    await until(async () => (await ask(harness, query))['interrupted-nights']?.total?.n === 1);
  });
});

test('out of hours is what the organisation says it is', async () => {
  const one = incident();
  await harness.replica();
  await tellAll(one);
  await harness.folded([one]);
  const { organisationId } = one;
  const query = { organisationId, kpis: ['incidents'], groupBy: ['out-of-hours'], ...range };
  await until(async () => 'incidents true' in (await ask(harness, query)));
  const settings = await harness.analytics.getSettings({ organisationId });
  expect(settings).toMatchObject({ timeZone: 'UTC', workFromMinute: 480, workUntilMinute: 1_080 });
  await harness.analytics.configure({ organisationId, settings: { ...settings, workUntilMinute: 1_320 } });
  expect(Object.keys(await ask(harness, query))).toEqual(['incidents false']);
});

test('metrics are told in OpenMetrics, and readiness as it is', async () => {
  const one = incident();
  const replica = await harness.replica();
  await tellAll(one);
  await harness.folded([one]);
  const get = (path: string) => fetch(`http://127.0.0.1:${replica.port}${path}`);
  const metrics = await until(async () => {
    const response = await get('/metrics');
    const text = await response.text();
    return text.includes('tocsin_incidents_opened_total{severity="high"} 1') && response;
  });
  expect(metrics.headers.get('content-type')).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
  expect((await get('/readyz')).status).toBe(200);
});

test('an answer that would be too large for one message is refused, also where it is many small ones', async () => {
  const week = Array.from({ length: 150 }, (_, hours) => incident(['closed', 1, { by: 'ada' }], ['noted', hours]));
  const [{ organisationId }] = week as [StoredIncident];
  const all = week.map((one, hours) => ({
    ...one,
    organisationId,
    log: one.log.map((entry) => ({
      ...entry,
      at: OPENED + hours * 60 * MINUTE,
      data: { ...entry.data, team: `t${hours}` },
    })),
  }));
  await harness.replica();
  await harness.tell(all.flatMap((one) => one.log.map((entry) => ({ incident: one, entry }))));
  await harness.folded(all);
  const query = { organisationId, from: OPENED, until: OPENED + 7 * DAY, bucket: Bucket.HOUR, groupBy: ['team'] };
  const kpis = ['incidents', 'time-to-resolve', 'time-to-acknowledge', 'pages-per-incident'];
  await until(async () => Object.keys(await ask(harness, { ...query, kpis: ['time-to-resolve'] })).length === 150);
  expect(Object.keys(await ask(harness, { ...query, kpis }))).toHaveLength(4 * 150);
  const tooMany = { ...query, kpis: Array.from({ length: 20 }, () => 'incidents') };
  await expect(ask(harness, tooMany)).rejects.toMatchObject({ code: 'too-many-cells' });
});

test('filters must all hold, and drills are apart', async () => {
  const one = incident(
    ['notification', 1, taken('ada')],
    ['notification', 2, { ...taken('ada'), channel: 'voice', provider: 'second' }],
  );
  await harness.replica();
  await tellAll(one);
  await harness.folded([one]);
  const query = { organisationId: one.organisationId, kpis: ['time-to-first-page'], ...range };
  const median = async (filters: { dimension: string; values: string[] }[], drills = false) =>
    (await ask(harness, { ...query, filters, drills }))['time-to-first-page']?.total?.median;
  await until(async () => (await median([])) === MINUTE);
  expect(await median([{ dimension: 'channel', values: ['voice', 'push'] }])).toBe(2 * MINUTE);
  expect(
    await median([
      { dimension: 'channel', values: ['voice'] },
      { dimension: 'severity', values: ['low'] },
    ]),
  ).toBeNull();
  expect(await median([{ dimension: 'team', values: ['nobody'] }])).toBeNull();
  expect(await median([], true)).toBeNull();
});
