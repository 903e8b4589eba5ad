import { ANSWERED, type KpiId } from '@tocsin/domain';

/** How a KPI is read from the rows of its table. */
export type Measure =
  /** How many rows. */
  | { how: 'rows' }
  /** The sum of a column, over rows of some outcomes where they are named. */
  | { how: 'sum'; column: string; outcomes?: readonly string[] }
  /** A value a row. */
  | { how: 'values'; column: string }
  /** A value an incident: the least of its rows. */
  | { how: 'least'; column: string }
  /** Different nights of different people. */
  | { how: 'nights' };

const PAGED = ['open', 'rejected', 'unanswered', 'overtaken', 'unreachable', ...ANSWERED];

export const MEASURES: Readonly<Record<KpiId, Measure>> = {
  incidents: { how: 'rows' },
  'time-to-acknowledge': { how: 'values', column: 'acknowledge' },
  'time-to-respond': { how: 'values', column: 'respond' },
  'time-to-contain': { how: 'values', column: 'contain' },
  'time-to-resolve': { how: 'values', column: 'resolve' },
  'pages-per-incident': { how: 'values', column: 'pages' },
  'time-to-first-page': { how: 'least', column: 'toTaken' },
  'time-to-delivery': { how: 'least', column: 'toDelivered' },
  'notifications-taken': { how: 'sum', column: 'taken' },
  'notifications-delivered': { how: 'sum', column: 'delivered' },
  'notifications-failed': { how: 'sum', column: 'failed' },
  pages: { how: 'sum', column: 'n', outcomes: PAGED },
  'pages-answered': { how: 'sum', column: 'n', outcomes: ANSWERED },
  'pages-rejected': { how: 'sum', column: 'n', outcomes: ['rejected'] },
  'pages-unanswered': { how: 'sum', column: 'n', outcomes: ['unanswered', 'unreachable'] },
  'coverage-gaps': { how: 'sum', column: 'n', outcomes: ['gap'] },
  'interrupted-nights': { how: 'nights' },
};
