import type { KpiDefinition, KpiSeries, KpiStatistics } from '../api/kpis.ts';
import { duration } from '../words/time.ts';

/** A length of time as fine as it was measured: "850 ms", "4.2 s", "3 min 20 s". */
export function span(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  return duration(ms);
}

const whole = new Intl.NumberFormat();

export function count(n: number): string {
  return whole.format(n);
}

/** One number of a KPI in its own unit; a dash where there was nothing to measure. */
export function figure(unit: KpiDefinition['unit'], value: number | null): string {
  if (value === null) return '–';
  return unit === 'ms' ? span(value) : count(value);
}

/** Whether a KPI has a value an incident, with percentiles, or is a count alone. */
export function hasPercentiles({ median }: KpiStatistics, { unit, id }: Pick<KpiDefinition, 'unit' | 'id'>): boolean {
  return unit === 'ms' || id === 'pages-per-incident' || median !== null;
}

const DIMENSIONS: Record<string, string> = {
  severity: 'Severity',
  team: 'Team',
  asset: 'Asset',
  channel: 'Channel',
  provider: 'Provider',
  layer: 'Layer',
  outcome: 'Outcome',
  person: 'Person',
  'hour-of-day': 'Hour of day',
  'out-of-hours': 'Out of hours',
};

export function dimensionName(dimension: string): string {
  return DIMENSIONS[dimension] ?? dimension;
}

const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'];

/** What a group is called. */
export function groupName({ group }: KpiSeries): string {
  const [one] = group;
  if (!one) return 'All';
  if (one.dimension === 'hour-of-day') return `${one.value.padStart(2, '0')}:00`;
  if (one.dimension === 'out-of-hours') return one.value === 'true' ? 'Out of hours' : 'Working hours';
  return one.name === '' ? 'Not known' : one.name;
}

/** Hours and severities in their own order, everything else by how much there is of it. */
export function inOrder(series: readonly KpiSeries[]): KpiSeries[] {
  return series.toSorted((one, other) => {
    const [a, b] = [one.group[0], other.group[0]];
    if (a?.dimension === 'hour-of-day') return Number(a.value) - Number(b?.value);
    if (a?.dimension === 'severity') return SEVERITIES.indexOf(a.value) - SEVERITIES.indexOf(b?.value ?? '');
    return other.total.n - one.total.n;
  });
}

/** The start of a bucket by the clock that the buckets were made with. */
export function bucketName(start: string, timeZone: string, bucket: string): string {
  const form: Intl.DateTimeFormatOptions =
    bucket === 'month' ? { month: 'short', year: 'numeric' } : { day: 'numeric', month: 'short' };
  return new Intl.DateTimeFormat(undefined, { ...form, timeZone }).format(new Date(start));
}

/** A definition's words, of which those between backticks are entries of the log. */
export function definitionParts(text: string): { key: string; text: string; isEntry: boolean }[] {
  return text.split('`').map((part, i) => ({ key: String(i), text: part, isEntry: i % 2 === 1 }));
}
