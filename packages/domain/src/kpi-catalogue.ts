/** By what numbers can be told apart. */
export const DIMENSIONS = [
  'severity',
  'team',
  'asset',
  'channel',
  'provider',
  'layer',
  'outcome',
  'person',
  'hour-of-day',
  'out-of-hours',
] as const;
export type Dimension = (typeof DIMENSIONS)[number];

export type KpiId =
  | 'incidents'
  | 'time-to-acknowledge'
  | 'time-to-respond'
  | 'time-to-contain'
  | 'time-to-resolve'
  | 'pages-per-incident'
  | 'time-to-first-page'
  | 'time-to-delivery'
  | 'notifications-taken'
  | 'notifications-delivered'
  | 'notifications-failed'
  | 'pages'
  | 'pages-answered'
  | 'pages-rejected'
  | 'pages-unanswered'
  | 'coverage-gaps'
  | 'interrupted-nights';

/** One KPI: what is measured, from which event to which, and who says that it should be. */
export interface KpiDefinition {
  id: KpiId;
  title: string;
  /** `ms`: a duration an incident, with median, p90 and p95. `count`: a sum. */
  unit: 'ms' | 'count';
  /** What one row of it is. */
  of: 'incident' | 'page' | 'delivery' | 'interruption';
  /** Entries of the incident's log; for counts, `starts` says what is counted. */
  starts: string;
  ends: string;
  source: string;
  /** Where the source can be read; null for our own. */
  link: string | null;
  dimensions: readonly Dimension[];
}

const NIST = 'NIST SP 800-61 Rev. 2, 3.4.2 "Using Collected Incident Data"';
const NIST_LINK = 'https://csrc.nist.gov/pubs/sp/800/61/r2/final';
const WORKBOOK = 'The Site Reliability Workbook (Google), chapter 8 "On-Call"';
const WORKBOOK_LINK = 'https://sre.google/workbook/on-call/';
const SRE = 'Site Reliability Engineering (Google), chapter 11 "Being On-Call"';
const SRE_LINK = 'https://sre.google/sre-book/being-on-call/';

const INCIDENT = ['severity', 'team', 'asset', 'hour-of-day', 'out-of-hours'] as const;
const ACKNOWLEDGED = [...INCIDENT, 'channel', 'layer'] as const;
const PAGE = [...INCIDENT, 'channel', 'layer', 'outcome'] as const;
const GAP = [...INCIDENT, 'layer'] as const;
const DELIVERY = [...INCIDENT, 'channel', 'provider', 'layer'] as const;
const NIGHT = [...INCIDENT, 'person'] as const;

/**
 * The KPIs. Of an incident all is counted at the instant it was opened; interruptions are counted when they happened. What has
 * not happened is absent, never 0. Instants of providers may be a little before our own: such a duration is 0.
 */
export const KPIS: readonly KpiDefinition[] = [
  {
    id: 'incidents',
    title: 'Incidents',
    unit: 'count',
    of: 'incident',
    starts: '`opened`',
    ends: '',
    source: `${NIST}: number of incidents handled`,
    link: NIST_LINK,
    dimensions: INCIDENT,
  },
  {
    id: 'time-to-first-page',
    title: 'Time to first page',
    unit: 'ms',
    of: 'delivery',
    starts: '`opened`',
    ends: 'the earliest `notification` of a page with a receipt of `queued` or better: a provider has taken it',
    source: `${NIST}: how long it took to report the incident`,
    link: NIST_LINK,
    dimensions: DELIVERY,
  },
  {
    id: 'time-to-delivery',
    title: 'Time to delivery',
    unit: 'ms',
    of: 'delivery',
    starts: '`opened`',
    ends: 'the earliest `notification` of a page with a receipt of `delivered` or `read`; for a call: it was picked up',
    source: 'Our own: a page that is taken and not delivered has told nobody',
    link: null,
    dimensions: DELIVERY,
  },
  {
    id: 'time-to-acknowledge',
    title: 'Time to acknowledge',
    unit: 'ms',
    of: 'incident',
    starts: '`opened`',
    ends: 'the earliest `accepted`; where nobody accepted, `closed` by a person',
    source: `${SRE}: the agreed time in which a page is answered, minutes`,
    link: SRE_LINK,
    dimensions: ACKNOWLEDGED,
  },
  {
    id: 'time-to-respond',
    title: 'Time to respond',
    unit: 'ms',
    of: 'incident',
    starts: '`opened`',
    ends: 'the first act of a person once it is acknowledged, other than accepting: `noted`, `severity-set`, `summoned`, `escalated`, `reassigned`, `snoozed`, `rejected` (handed back), `stage-changed`, `closed` by a person',
    source: `${NIST}: how long it took the team to respond to the initial report of the incident`,
    link: NIST_LINK,
    dimensions: ACKNOWLEDGED,
  },
  {
    id: 'time-to-contain',
    title: 'Time to contain',
    unit: 'ms',
    of: 'incident',
    starts: '`opened`',
    ends: 'the first `stage-changed` to `eradication`, `recovery` or `lessons-learned`; absent for an incident without stages',
    source: `${NIST}: elapsed time to each stage of the incident handling process`,
    link: NIST_LINK,
    dimensions: ACKNOWLEDGED,
  },
  {
    id: 'time-to-resolve',
    title: 'Time to resolve',
    unit: 'ms',
    of: 'incident',
    starts: '`opened`',
    ends: '`closed`, by whomever',
    source: `${NIST}: elapsed time to each stage; DORA calls the same of a failed change "failed deployment recovery time"`,
    link: NIST_LINK,
    dimensions: ACKNOWLEDGED,
  },
  {
    id: 'pages-per-incident',
    title: 'Pages per incident',
    unit: 'count',
    of: 'incident',
    starts: 'people of each `layer-started`; a value an incident, with median, p90 and p95',
    ends: '',
    source: `${WORKBOOK}: pager load`,
    link: WORKBOOK_LINK,
    dimensions: INCIDENT,
  },
  {
    id: 'pages',
    title: 'Pages',
    unit: 'count',
    of: 'page',
    starts: 'people of each `layer-started`: one person, one escalation, one round, one layer, over all channels',
    ends: '',
    source: `${WORKBOOK}: pager load`,
    link: WORKBOOK_LINK,
    dimensions: PAGE,
  },
  {
    id: 'pages-answered',
    title: 'Pages answered',
    unit: 'count',
    of: 'page',
    starts: 'pages whose person said `accepted` or `escalated`, or resolved the incident',
    ends: '',
    source: `${SRE}: balance in quantity and quality`,
    link: SRE_LINK,
    dimensions: PAGE,
  },
  {
    id: 'pages-rejected',
    title: 'Pages rejected',
    unit: 'count',
    of: 'page',
    starts: 'pages whose person said `rejected`',
    ends: '',
    source: 'Our own',
    link: null,
    dimensions: PAGE,
  },
  {
    id: 'pages-unanswered',
    title: 'Pages unanswered',
    unit: 'count',
    of: 'page',
    starts: 'pages whose `layer-ended` with the time up and no answer, and whose person could not be reached at all',
    ends: '',
    source: 'Our own',
    link: null,
    dimensions: PAGE,
  },
  {
    id: 'coverage-gaps',
    title: 'Coverage gaps',
    unit: 'count',
    of: 'page',
    starts: '`gap`: a schedule, team or person that gave nobody when its layer began',
    ends: '',
    source: `${SRE}: coverage of the rotation`,
    link: SRE_LINK,
    dimensions: GAP,
  },
  {
    id: 'notifications-taken',
    title: 'Notifications taken by a provider',
    unit: 'count',
    of: 'delivery',
    starts: '`notification` of a page, receipt `queued`',
    ends: '',
    source: 'Our own',
    link: null,
    dimensions: DELIVERY,
  },
  {
    id: 'notifications-delivered',
    title: 'Notifications delivered',
    unit: 'count',
    of: 'delivery',
    starts: '`notification` of a page, receipt `delivered`',
    ends: '',
    source: 'Our own',
    link: null,
    dimensions: DELIVERY,
  },
  {
    id: 'notifications-failed',
    title: 'Notifications failed',
    unit: 'count',
    of: 'delivery',
    starts: '`notification` of a page, receipt `failed`',
    ends: '',
    source: 'Our own',
    link: null,
    dimensions: DELIVERY,
  },
  {
    id: 'interrupted-nights',
    title: 'Interrupted nights',
    unit: 'count',
    of: 'interruption',
    starts:
      "a person and a night in which a provider took a page for them; a night is named by the evening it begins in, by the person's own zone",
    ends: '',
    source: `${SRE}: on-call at night is detrimental to health`,
    link: SRE_LINK,
    dimensions: NIGHT,
  },
];

/** A KPI by its name; undefined where there is none. */
export function kpiNamed(id: string): KpiDefinition | undefined {
  return KPIS.find((one) => one.id === id);
}
