import { DIMENSIONS, type Dimension, KPIS, kpiNamed } from '@tocsin/domain';
import { createClient, InvalidInput, services, timestamp } from '@tocsin/platform';
import { Bucket } from '@tocsin/proto/analytics/v1';
import { z } from 'zod';
import { defineOperation } from '../../operations/operation.ts';
import { instantSchema } from '../fields.ts';
import { several, severitySchema } from '../incidents/fields.ts';
import { kpisCsv } from './kpis-csv.ts';
import { definitionSchema, definitionView, kpiNames, seriesSchema, seriesView } from './kpis-view.ts';
import { timeZoneSchema } from './time-zone.ts';

const BUCKETS = { hour: Bucket.HOUR, day: Bucket.DAY, week: Bucket.WEEK, month: Bucket.MONTH } as const;
const CSV = 'text/csv';
const MONTH_MS = 30 * 86_400_000;
/** Every row of a year is read for each KPI. */
const WITHIN_MS = 10_000;

const word = z.string().min(1).max(200);

const query = z.strictObject({
  kpis: several(z.enum(kpiNames))
    .optional()
    .describe('Names, such as `time-to-acknowledge,pages`; absent: all that can be told apart as is asked.'),
  from: instantSchema.optional().describe('Included; 30 days before `until` where absent.'),
  until: instantSchema.optional().describe('Not included; now where absent.'),
  bucket: z.enum(['hour', 'day', 'week', 'month']).optional().describe('Absent: totals alone.'),
  timeZone: timeZoneSchema.optional().describe('IANA; of buckets and hours of day. The organisation’s where absent.'),
  groupBy: several(z.enum(DIMENSIONS))
    .refine((some) => some.length <= 2, 'names at most two')
    .optional()
    .describe('One or two of the KPI’s dimensions.'),
  severity: several(severitySchema).optional().describe('Any of these: `critical,high`.'),
  team: several(word).optional().describe('Ids.'),
  asset: word.optional().describe('One, as it is called.'),
  channel: several(word).optional().describe('Such as `sms`.'),
  provider: several(word).optional().describe('Ids of accounts.'),
  layer: several(word).optional().describe('`1` and up, `catch-all`, `assigned`.'),
  outcome: several(word).optional().describe('Of pages, such as `accepted`.'),
  person: several(word).optional().describe('Ids; of interrupted nights.'),
  hourOfDay: several(z.string().regex(/^(1?\d|2[0-3])$/, 'is an hour from 0 to 23'))
    .optional()
    .describe('0 to 23, in which the incident opened.'),
  outOfHours: z.enum(['true', 'false']).optional().describe('Outside the organisation’s working hours, or within.'),
  drills: z.enum(['without', 'only']).default('without'),
  format: z.enum(['json', 'csv']).optional().describe('Goes before `Accept`.'),
});

export const queryKpis = defineOperation({
  id: 'kpis.query',
  method: 'GET',
  path: '/kpis',
  summary: 'How well it goes: KPIs as series and totals, with their definitions',
  description: [
    'Durations are in milliseconds, with exact percentiles. Several filters must all hold. As CSV, with `Accept: text/csv` or `format=csv`, there is',
    'a row for each bucket, and one without a start for the whole range.',
  ].join(' '),
  role: 'observer',
  query,
  responses: {
    200: {
      description: 'The numbers.',
      body: z.object({
        from: instantSchema,
        until: instantSchema,
        timeZone: z.string().describe('The one that was used.'),
        series: z.array(seriesSchema),
        definitions: z.array(definitionSchema).describe('Of each KPI in the series.'),
      }),
      alternative: CSV,
    },
  },
  async handle({ principal: { organisationId }, query, caller }, { nc, directory, clock }) {
    const until = query.until === undefined ? clock() : Date.parse(query.until);
    const from = query.from === undefined ? until - MONTH_MS : Date.parse(query.from);
    const { groupBy = [], bucket, drills } = query;
    const filters = filtersOf(query);
    const kpis = wanted(query.kpis, groupBy, filters);
    const analytics = createClient(nc, services.analytics, { timeoutMs: WITHIN_MS });
    const [answer, names] = await Promise.all([
      analytics.query({
        organisationId,
        kpis,
        from: timestamp(from),
        until: timestamp(until),
        groupBy,
        bucket: bucket ? BUCKETS[bucket] : Bucket.UNSPECIFIED,
        timeZone: query.timeZone ?? '',
        filters,
        drills: drills === 'only',
      }),
      directory.names(organisationId),
    ]);
    const series = answer.series.map((one) => seriesView(one, groupBy, names));
    const format = query.format ?? (caller.prefers === CSV ? 'csv' : 'json');
    if (format === 'csv') {
      const headers = { 'Content-Disposition': 'attachment; filename="kpis.csv"' };
      return { status: 200, headers, text: kpisCsv(series, groupBy) };
    }
    const instant = (ms: number) => new Date(ms).toISOString();
    const definitions = KPIS.filter(({ id }) => kpis.includes(id)).map(definitionView);
    const range = { from: instant(from), until: instant(until), timeZone: answer.timeZone };
    return { status: 200, body: { ...range, series, definitions } };
  },
});

interface Filter {
  dimension: Dimension;
  /** As the query calls it. */
  field: string;
  values: string[];
}

function filtersOf(asked: z.output<typeof query>): Filter[] {
  return DIMENSIONS.flatMap((dimension) => {
    const field = dimension.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase()) as keyof typeof asked;
    const values = [asked[field] ?? []].flat();
    return values.length > 0 ? [{ dimension, field, values }] : [];
  });
}

/** Which KPIs are asked for: those that were named, or all that fit. Throws `InvalidInput` naming the field that one of them has not. */
function wanted(named: readonly string[] | undefined, groupBy: readonly Dimension[], filters: readonly Filter[]) {
  const needed = [...groupBy.map((dimension) => ({ dimension, field: 'groupBy' })), ...filters];
  const lacks = (id: string) => needed.find(({ dimension }) => !kpiNamed(id)?.dimensions.includes(dimension));
  if (!named) {
    const fitting = kpiNames.filter((id) => !lacks(id));
    if (fitting.length > 0) return fitting;
    const field = needed[0]?.field;
    throw new InvalidInput(`${field}: no KPI is told apart by all of these`, { code: 'query-invalid', field });
  }
  for (const id of named) {
    const lacking = lacks(id);
    if (!lacking) continue;
    const { dimension, field } = lacking;
    throw new InvalidInput(`${field}: ${id} is not told apart by ${dimension}`, { code: 'query-invalid', field });
  }
  return [...new Set(named)];
}
