import { DIMENSIONS, type Dimension, type KpiDefinition, kpiNamed } from '@tocsin/domain';
import { InvalidInput, millis } from '@tocsin/platform';
import { type QueryRequest, Bucket as WireBucket } from '@tocsin/proto/analytics/v1';
import type { KpiQuery } from '../core/answer.ts';
import type { Bucket } from '../core/calendar.ts';

export interface ParsedQuery {
  queries: KpiQuery[];
  from: number;
  until: number;
  bucket: Bucket;
  /** Empty: the organisation's. */
  timeZone: string;
}

const MOST_KPIS = 20;
const MOST_GROUPS = 2;
const LONGEST_MS = 20 * 366 * 86_400_000;

const BUCKETS: Readonly<Record<WireBucket, Bucket>> = {
  [WireBucket.UNSPECIFIED]: 'whole',
  [WireBucket.HOUR]: 'hour',
  [WireBucket.DAY]: 'day',
  [WireBucket.WEEK]: 'week',
  [WireBucket.MONTH]: 'month',
};

/** @throws InvalidInput naming the field */
export function parseQuery(request: QueryRequest): ParsedQuery {
  const [from, until] = [millis(request.from), millis(request.until)];
  if (from === undefined) throw invalid('from', 'must be given');
  if (until === undefined || until <= from || until - from > LONGEST_MS)
    throw invalid('until', 'is after `from`, by 20 years at most');
  const bucket = BUCKETS[request.bucket];
  if (!bucket) throw invalid('bucket', 'is not a known bucket');
  if (request.kpis.length === 0 || request.kpis.length > MOST_KPIS)
    throw invalid('kpis', `names 1 to ${MOST_KPIS} KPIs`);
  if (request.groupBy.length > MOST_GROUPS) throw invalid('group_by', `names at most ${MOST_GROUPS} dimensions`);
  const queries = request.kpis.map((name, index) => {
    const kpi = kpiNamed(name);
    if (!kpi) throw invalid(`kpis[${index}]`, `there is no KPI ${name}`);
    return {
      kpi,
      from,
      until,
      groupBy: request.groupBy.map((one, at) => dimensionOf(one, kpi, `group_by[${at}]`)),
      filters: request.filters.map(({ dimension, values }, at) => {
        if (values.length === 0) throw invalid(`filters[${at}].values`, 'names at least one value');
        return { dimension: dimensionOf(dimension, kpi, `filters[${at}].dimension`), values };
      }),
      drills: request.drills,
    };
  });
  return { queries, from, until, bucket, timeZone: request.timeZone };
}

function dimensionOf(name: string, kpi: KpiDefinition, field: string): Dimension {
  const dimension = DIMENSIONS.find((one) => one === name);
  if (!dimension) throw invalid(field, `there is no dimension ${name}`);
  if (!kpi.dimensions.includes(dimension)) throw invalid(field, `${kpi.id} is not told apart by ${name}`);
  return dimension;
}

function invalid(field: string, message: string): InvalidInput {
  return new InvalidInput(message, { code: 'query-invalid', field });
}
