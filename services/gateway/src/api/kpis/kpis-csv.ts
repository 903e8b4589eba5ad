import { type Dimension, kpiNamed } from '@tocsin/domain';
import type { SeriesView } from './kpis-view.ts';

const STATISTICS = ['n', 'sum', 'median', 'p90', 'p95'] as const;
/** What has an id and a name of its own. */
const CALLED: readonly Dimension[] = ['team', 'person'];

/**
 * The same numbers as a table (RFC 4180): a row a bucket, and one without a start for the whole range. Absent numbers are empty cells.
 */
export async function* kpisCsv(series: readonly SeriesView[], groupBy: readonly Dimension[]): AsyncIterable<string> {
  const columns = groupBy.flatMap((one) => (CALLED.includes(one) ? [one, `${one}-name`] : [one]));
  yield line(['kpi', 'unit', ...columns, 'start', ...STATISTICS]);
  for (const { kpi, group, points, total } of series) {
    const unit = kpiNamed(kpi)?.unit ?? '';
    const values = group.flatMap(({ value, name }, i) => (CALLED.includes(groupBy[i]!) ? [value, name] : [value]));
    for (const { start, statistics } of [...points, { start: '', statistics: total }]) {
      yield line([kpi, unit, ...values, start, ...STATISTICS.map((name) => statistics[name])]);
    }
  }
}

function line(cells: readonly (string | number | null)[]): string {
  return `${cells.map(cell).join(',')}\r\n`;
}

/** Assets are named by whoever sends alerts: what a spreadsheet would take for a formula is made text. */
function cell(value: string | number | null): string {
  if (typeof value !== 'string') return value === null ? '' : String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
