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

/** By which clock they are read, as `GET /kpis/clock` gives it. Times are `08:30`. */
export interface KpiClock {
  timeZone: string;
  workingHours: { from: string; until: string };
  workingDays: string[];
  night: { from: string; until: string };
}
