import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Dimension, type KpiId, kpiNamed } from '@tocsin/domain';
import { until } from '@tocsin/platform';
import { Bucket } from '@tocsin/proto/analytics/v1';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { addUp, type Clocks, itemsOf } from './by-hand.ts';
import { ask, type Harness, openHarness, type StoredIncident } from './harness.ts';
import { WEEK_FROM, WEEK_UNTIL, weeks } from './random-week.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await openHarness();
  harness.zones.set('ada', 'America/New_York');
  harness.zones.set('ben', 'Asia/Kolkata');
  await harness.replica();
  await harness.replica();
});
afterAll(() => harness.close());

const zone = 'Europe/Berlin';
const startOf = {
  [Bucket.UNSPECIFIED]: () => WEEK_FROM,
  [Bucket.HOUR]: (at: number) => DateTime.fromMillis(at, { zone }).startOf('hour').toMillis(),
  [Bucket.DAY]: (at: number) => DateTime.fromMillis(at, { zone }).startOf('day').toMillis(),
  [Bucket.WEEK]: (at: number) => DateTime.fromMillis(at, { zone }).startOf('week').toMillis(),
  [Bucket.MONTH]: (at: number) => DateTime.fromMillis(at, { zone }).startOf('month').toMillis(),
};

const questions: [KpiId, Dimension[], Bucket][] = [
  ['incidents', ['severity'], Bucket.DAY],
  ['incidents', ['hour-of-day', 'out-of-hours'], Bucket.UNSPECIFIED],
  ['time-to-first-page', ['severity'], Bucket.MONTH],
  ['time-to-delivery', ['team'], Bucket.WEEK],
  ['time-to-acknowledge', ['severity', 'out-of-hours'], Bucket.DAY],
  ['time-to-resolve', ['asset'], Bucket.HOUR],
  ['pages', ['team', 'severity'], Bucket.DAY],
  ['pages-per-incident', ['severity'], Bucket.WEEK],
  ['coverage-gaps', [], Bucket.DAY],
  ['notifications-taken', ['channel', 'provider'], Bucket.UNSPECIFIED],
  ['notifications-delivered', ['layer'], Bucket.DAY],
  ['notifications-failed', ['provider', 'layer'], Bucket.WEEK],
  ['interrupted-nights', ['person'], Bucket.UNSPECIFIED],
];

test('the KPIs of a random week are what one counts by hand, however its facts come; and so they are when made again', async () => {
  const clocks: Clocks = { zone, zones: harness.zones };
  const property = fc.asyncProperty(
    weeks.chain((week) => {
      const all = week.flatMap((incident) => incident.log.map((entry) => ({ incident, entry })));
      return fc.record({
        week: fc.constant(week),
        order: fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2 }),
      });
    }),
    async ({ week, order }) => {
      const [{ organisationId }] = week as [StoredIncident];
      harness.keep(week);
      await harness.analytics.configure({ organisationId, settings: { ...inBerlin } });
      await harness.tell(order);
      await harness.folded(week);
      await compareAll(week, clocks);

      const before = await harness.collections.incidents.find({ organisationId }).sort({ _id: 1 }).toArray();
      await spoil(organisationId);
      await madeAgain();
      const after = await harness.collections.incidents.find({ organisationId }).sort({ _id: 1 }).toArray();
      expect(after.map((one) => one.kpis)).toEqual(before.map((one) => one.kpis));
      await compareAll(week, clocks);
    },
  );
  await fc.assert(property, { numRuns: 2, endOnFailure: true });
}, 180_000);

const inBerlin = {
  timeZone: zone,
  workFromMinute: 480,
  workUntilMinute: 1_080,
  workDays: [1, 2, 3, 4, 5],
  nightFromMinute: 1_320,
  nightUntilMinute: 480,
};

async function compareAll(week: StoredIncident[], clocks: Clocks): Promise<void> {
  for (const drills of [false, true]) {
    const isDrill = ({ log }: StoredIncident) => log[0]?.data.drill === true;
    const counted = week.filter((one) => isDrill(one) === drills);
    for (const [kpi, groupBy, bucket] of questions) {
      const items = itemsOf(kpi, counted, clocks).filter((one) => one.at >= WEEK_FROM && one.at < WEEK_UNTIL);
      const spread = kpiNamed(kpi)?.unit === 'ms' || kpi === 'pages-per-incident';
      const expected = addUp(kpi, items, groupBy, startOf[bucket], spread);
      const query = { organisationId: week[0]!.organisationId, kpis: [kpi], groupBy, bucket, drills };
      // Every replica follows the store by itself, a moment behind it.
      await until(
        async () => {
          const answered = await ask(harness, { ...query, from: WEEK_FROM, until: WEEK_UNTIL });
          const said = Object.entries(answered).filter(([, series]) => series.points.length > 0);
          expect(Object.fromEntries(said)).toEqual(expected);
          return true;
        },
        { what: `${kpi} by ${groupBy.join(', ')} as counted by hand` },
      );
    }
  }
}

/** As if an older version had made these numbers, and lost some. */
async function spoil(organisationId: string): Promise<void> {
  const { incidents } = harness.collections;
  const [lost] = await incidents.find({ organisationId }).sort({ _id: 1 }).toArray();
  await incidents.deleteOne({ _id: lost!._id });
  await incidents.updateMany({ organisationId }, { $set: { 'kpis.severity': 'info', 'kpis.pages': [] } });
}

async function madeAgain(): Promise<void> {
  await harness.analytics.rebuild({});
  await until(async () => !(await harness.analytics.rebuild({ onlyLook: true })).running, {
    what: 'all numbers to be made again',
    timeoutMs: 30_000,
  });
}
