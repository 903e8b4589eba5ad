/** KPIs as `GET /kpis` gives them. Durations are milliseconds. */
export interface KpiStatistics {
  n: number;
  sum: number;
  median: number | null;
  p90: number | null;
  p95: number | null;
}

export interface KpiSeries {
  kpi: string;
  group: { dimension: string; value: string; name: string }[];
  points: { start: string; statistics: KpiStatistics }[];
  total: KpiStatistics;
}

export interface KpiDefinition {
  id: string;
  title: string;
  unit: 'ms' | 'count';
  starts: string;
  ends: string | null;
  source: string;
  link: string | null;
  dimensions: string[];
}

export interface Kpis {
  from: string;
  until: string;
  timeZone: string;
  series: KpiSeries[];
  definitions: KpiDefinition[];
}
