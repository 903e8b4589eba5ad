import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { timestamp } from '@tocsin/platform';
import type { Bucket } from '@tocsin/proto/analytics/v1';
import { type Harness, openHarness } from './harness.ts';

const DAY = 86_400_000;

let harness: Harness;
beforeAll(async () => {
  harness = await openHarness();
  await harness.replica();
});
afterAll(() => harness.close());

describe('a question that makes no sense is refused by name', () => {
  const whole = { organisationId: 'acme', kpis: ['incidents'], from: timestamp(0), until: timestamp(DAY) };
  test.each([
    ['no end', { until: undefined }, 'until'],
    ['an end before the start', { until: timestamp(-1) }, 'until'],
    ['no KPI', { kpis: [] }, 'kpis'],
    ['a KPI that there is not', { kpis: ['incidents', 'happiness'] }, 'kpis[1]'],
    ['a dimension that there is not', { groupBy: ['colour'] }, 'group_by[0]'],
    ['a dimension that the KPI has not', { groupBy: ['severity', 'provider'] }, 'group_by[1]'],
    ['three dimensions', { groupBy: ['severity', 'team', 'asset'] }, 'group_by'],
    ['a filter without values', { filters: [{ dimension: 'team', values: [] }] }, 'filters[0].values'],
    ['a zone that there is not', { timeZone: 'Mars/Olympus' }, 'time_zone'],
    ['a bucket that there is not', { bucket: 99 as Bucket }, 'bucket'],
  ])('%s', async (_, wrong, field) => {
    await expect(harness.analytics.query({ ...whole, ...wrong })).rejects.toMatchObject({ field });
  });
});

describe('settings that make no sense are refused by name', () => {
  test.each([
    ['no settings', undefined, 'settings'],
    ['a zone that there is not', { timeZone: 'Mars/Olympus' }, 'settings.time_zone'],
    ['a minute within a quarter', { nightFromMinute: 1 }, 'settings.night_from_minute'],
    ['work that ends before it begins', { workUntilMinute: 60 }, 'settings.work_until_minute'],
    ['a night that never ends', { nightUntilMinute: 1_320 }, 'settings.night_until_minute'],
    ['an eighth day', { workDays: [8] }, 'settings.work_days'],
  ])('%s', async (_, wrong, field) => {
    const organisationId = 'acme';
    const { $typeName, ...usual } = await harness.analytics.getSettings({ organisationId });
    const settings = wrong && { ...usual, ...wrong };
    const request = { organisationId, ...(settings ? { settings } : {}) };
    await expect(harness.analytics.configure(request)).rejects.toMatchObject({ field });
  });
});
