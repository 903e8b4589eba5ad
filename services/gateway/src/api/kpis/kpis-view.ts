import { type Dimension, KPIS, type KpiDefinition } from '@tocsin/domain';
import { millis } from '@tocsin/platform';
import type { Point, Series, Statistics } from '@tocsin/proto/analytics/v1';
import { z } from 'zod';
import type { Names } from '../../directory/directory.ts';
import { named } from '../../openapi/components.ts';
import { instantSchema } from '../fields.ts';

export const statisticsSchema = named(
  'KpiStatistics',
  z.object({
    n: z.int().describe('How many values there are; of counts, the count.'),
    sum: z.number().describe('Of the values; of counts, the count.'),
    median: z.number().nullable(),
    p90: z.number().nullable(),
    p95: z.number().nullable().describe('Null where there was nothing to measure.'),
  }),
);

const groupSchema = z.object({
  dimension: z.string(),
  value: z.string().describe('Empty where it is not known.'),
  name: z.string().describe('What a team or person is called; otherwise the value.'),
});

export const seriesSchema = named(
  'KpiSeries',
  z.object({
    kpi: z.string(),
    group: z.array(groupSchema).describe('A value for each dimension of `groupBy`.'),
    points: z
      .array(z.object({ start: instantSchema, statistics: statisticsSchema }))
      .describe('Buckets with something in them, in order.'),
    total: statisticsSchema.describe('Over the whole range.'),
  }),
);

export const definitionSchema = named(
  'KpiDefinition',
  z.object({
    id: z.string(),
    title: z.string(),
    unit: z.enum(['ms', 'count']),
    starts: z.string().describe('The entry of the incident’s log that it begins with; of counts, what is counted.'),
    ends: z.string().nullable().describe('The entry that it ends with; null for counts.'),
    source: z.string().describe('Who says that it should be measured.'),
    link: z.string().nullable().describe('Where the source can be read; null for our own.'),
    dimensions: z.array(z.string()).describe('By what it can be told apart.'),
  }),
);

export const kpiNames = KPIS.map(({ id }) => id) as [KpiDefinition['id'], ...KpiDefinition['id'][]];

export type SeriesView = z.input<typeof seriesSchema>;

export function definitionView(kpi: KpiDefinition): z.input<typeof definitionSchema> {
  const { id, title, unit, starts, ends, source, link, dimensions } = kpi;
  return { id, title, unit, starts, ends: ends || null, source, link, dimensions: [...dimensions] };
}

export function seriesView({ kpi, group, points, total }: Series, groupBy: Dimension[], names: Names): SeriesView {
  return {
    kpi,
    group: group.map((value, i) => groupOf(groupBy[i]!, value, names)),
    points: points.map(pointView),
    total: statisticsView(total),
  };
}

function groupOf(dimension: Dimension, value: string, { teams, people }: Names) {
  const called = dimension === 'team' ? teams : dimension === 'person' ? people : undefined;
  return { dimension, value, name: called?.get(value) ?? value };
}

function pointView({ start, statistics }: Point) {
  return { start: new Date(millis(start) ?? 0).toISOString(), statistics: statisticsView(statistics) };
}

function statisticsView(statistics: Statistics | undefined) {
  const { n = 0n, sum = 0, median = null, p90 = null, p95 = null } = statistics ?? {};
  return { n: Number(n), sum, median, p90, p95 };
}
