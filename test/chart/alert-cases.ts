export type Labels = Record<string, string>;

/** Values of series, a quarter of a minute apart, in promtool's words: `0x8` is nine zeros, `0+2x8` rises by two, `stale` is the end. */
type Series = Record<string, string>;

interface AlertCase {
  /** What there is beside, or instead of, what a system that is well says. */
  series: Series;
  after: string;
  /** Nothing else may fire, and no others of its alert. */
  fires: Record<string, Labels[]>;
}

export const NAMESPACE = 'paging';
const REPLICAS = ['a', 'b'];
/** Six hours and a half, in scrapes. */
const ALWAYS = 'x1560';

const steady = (value: number) => `${value}${ALWAYS}`;
const rising = (by: number) => `0+${by}${ALWAYS}`;

function series(metric: string, labels: Labels, { namespace = NAMESPACE } = {}): string {
  const text = Object.entries({ namespace, ...labels }).map(([name, value]) => `${name}="${value}"`);
  return `${metric}{${text.join(',')}}`;
}

const ready = (component: string, pod: string) => series('tocsin_ready', { component, pod });
const posts = (status: string) =>
  series('tocsin_http_request_duration_seconds_count', { component: 'ingestion', pod: 'a', status });
const requests = (outcome: string) =>
  series('tocsin_provider_request_duration_seconds_count', {
    component: 'notifier-sms',
    pod: 'a',
    channel: 'sms',
    provider: 'main',
    outcome,
  });
const resting = (provider: string) =>
  series('tocsin_provider_resting', { component: 'notifier-sms', pod: 'a', channel: 'sms', provider });
const findings = (finding: string) =>
  series('tocsin_reconciler_findings_total', { component: 'incidents', pod: 'a', finding });
const gauge = (metric: string, component: string, pod = 'a') => series(metric, { component, pod });
const pending = (consumer: string) =>
  series('tocsin_consumer_pending_facts', { component: 'analytics', pod: 'a', consumer });
const rejected = series('tocsin_facts_consumed_total', {
  component: 'incidents',
  pod: 'a',
  consumer: 'incidents--intake-high',
  outcome: 'rejected',
});
const gaps = series('tocsin_coverage_gaps_total', { pod: 'a' });
const running = (pod: string) => series('tocsin_worker_running', { component: 'worker', pod, queue: 'incidents' });
const lag = (pod: string) => series('nodejs_eventloop_lag_p99_seconds', { component: 'gateway', pod });

/** Incidents by how long their first page took, from the process's start on: all are there at zero then. */
function firstPages(values: { within30s: string; within60s: string }): Series {
  const bucket = (le: string) =>
    series('tocsin_incident_first_page_seconds_bucket', { pod: 'a', severity: 'high', le });
  return { [bucket('30')]: values.within30s, [bucket('60')]: values.within60s, [bucket('+Inf')]: values.within60s };
}

/** What a system that is well says, with two replicas of each of these. */
export function wellWith(components: string[]): Series {
  return Object.fromEntries([
    ...components.flatMap((component) => REPLICAS.map((pod) => [ready(component, pod), steady(1)])),
    ...REPLICAS.map((pod) => [gauge('tocsin_bus_up', 'roster', pod), steady(1)]),
    ...REPLICAS.map((pod) => [running(pod), steady(1)]),
    ...REPLICAS.map((pod) => [lag(pod), steady(0.02)]),
    ...['tocsin_alerts_undecided', 'tocsin_incidents_untold', 'tocsin_answers_undecided'].map((metric) => [
      gauge(metric, 'incidents'),
      steady(0),
    ]),
    [pending('analytics--fold'), steady(0)],
    [posts('2xx'), rising(1_000)],
    [posts('5xx'), steady(0)],
    [requests('taken'), rising(10)],
    [requests('auth'), steady(0)],
    [resting('main'), steady(0)],
    [findings('fails-again'), steady(0)],
    [rejected, steady(0)],
    [gaps, steady(0)],
    [findings('overdue'), steady(0)],
    ...Object.entries(firstPages({ within30s: rising(1), within60s: rising(1) })),
  ]);
}

const everywhere = (metric: string, component: string, value: string): Series =>
  Object.fromEntries(REPLICAS.map((pod) => [gauge(metric, component, pod), value]));

export const cases: Record<string, AlertCase> = {
  'a system that is well': { series: {}, after: '6h', fires: {} },
  'two posts in a hundred refused, for an hour': {
    series: { [posts('5xx')]: rising(20) },
    after: '1h',
    fires: { TocsinIntakeRefusesFast: [{}], TocsinIntakeRefusesSlowly: [{}] },
  },
  'two posts in a hundred refused, until ten minutes ago': {
    series: { [posts('5xx')]: '0+20x200 4000x1360' },
    after: '1h',
    fires: { TocsinIntakeRefusesSlowly: [{}] },
  },
  'a post in a hundred refused, for six hours': {
    series: { [posts('5xx')]: rising(10) },
    after: '6h',
    fires: { TocsinIntakeRefusesSlowly: [{}] },
  },
  'a post in two hundred refused': { series: { [posts('5xx')]: rising(5) }, after: '6h', fires: {} },
  'the first page of the only incident after 40 s': {
    series: firstPages({ within30s: steady(0), within60s: '0x20 1x1540' }),
    after: '11m',
    fires: { TocsinFirstPageLate: [{}] },
  },
  'the first page of the only incident after 20 s': {
    series: firstPages({ within30s: '0x20 1x1540', within60s: '0x20 1x1540' }),
    after: '11m',
    fires: {},
  },
  'both replicas gone': {
    series: { [ready('roster', 'a')]: '1x40 stale', [ready('roster', 'b')]: '1x40 stale' },
    after: '12m',
    fires: { TocsinComponentDown: [{ component: 'roster' }] },
  },
  'a component of which there never was a replica': {
    series: { [ready('worker', 'a')]: '', [ready('worker', 'b')]: '' },
    after: '2m',
    fires: { TocsinComponentDown: [{ component: 'worker' }] },
  },
  'both replicas not ready': {
    series: { [ready('roster', 'a')]: '1x40 0x1500', [ready('roster', 'b')]: '1x40 0x1500' },
    after: '12m',
    fires: { TocsinComponentDown: [{ component: 'roster' }] },
  },
  'both replicas not ready for half a minute': {
    series: { [ready('roster', 'a')]: '1x40 0x1500', [ready('roster', 'b')]: '1x40 0x1500' },
    after: '10m45s',
    fires: {},
  },
  'one replica of two gone': { series: { [ready('roster', 'a')]: '1x40 stale' }, after: '30m', fires: {} },
  'one replica of two not ready': {
    series: { [ready('roster', 'a')]: '1x40 0x1500' },
    after: '30m',
    fires: { TocsinReplicaNotReady: [{ component: 'roster', pod: 'a' }] },
  },
  'another release in another namespace that is not well': {
    series: {
      [series('tocsin_ready', { component: 'roster', pod: 'x' }, { namespace: 'other' })]: steady(0),
      [series('tocsin_bus_up', { component: 'roster', pod: 'x' }, { namespace: 'other' })]: steady(0),
      [series('tocsin_incidents_untold', { component: 'incidents', pod: 'x' }, { namespace: 'other' })]: steady(9),
    },
    after: '30m',
    fires: {},
  },
  'NATS away from all of a component': {
    series: everywhere('tocsin_bus_up', 'roster', '1x40 0x1500'),
    after: '12m',
    fires: { TocsinBusAway: [{ component: 'roster' }] },
  },
  'NATS away from one replica': {
    series: { [gauge('tocsin_bus_up', 'roster', 'a')]: '1x40 0x1500' },
    after: '12m',
    fires: {},
  },
  'alerts that nobody decides on': {
    series: { [gauge('tocsin_alerts_undecided', 'incidents')]: '0x20 90x1500' },
    after: '11m',
    fires: { TocsinAlertsWait: [{}] },
  },
  'alerts that come in a burst and are decided on': {
    series: { [gauge('tocsin_alerts_undecided', 'incidents')]: '0x20 900x8 0x1500' },
    after: '8m',
    fires: {},
  },
  'an incident of which Temporal does not know': {
    series: { [gauge('tocsin_incidents_untold', 'incidents')]: '0x20 1x1500' },
    after: '8m',
    fires: { TocsinIncidentsUntold: [{}] },
  },
  'an answer that is not decided on': {
    series: { [gauge('tocsin_answers_undecided', 'incidents')]: '0x20 1x1500' },
    after: '8m',
    fires: { TocsinAnswersWait: [{}] },
  },
  'a consumer that does not keep up': {
    series: { [pending('analytics--fold')]: steady(5_000) },
    after: '15m',
    fires: { TocsinConsumerBehind: [{ consumer: 'analytics--fold' }] },
  },
  'a fact that can never be worked on': {
    series: { [rejected]: '0x20 1x1500' },
    after: '10m',
    fires: { TocsinFactsRejected: [{ consumer: 'incidents--intake-high' }] },
  },
  'a schedule on which nobody is on call': {
    series: { [gaps]: '0x20 1x1500' },
    after: '10m',
    fires: { TocsinNobodyOnCall: [{}] },
  },
  'no worker that polls': {
    series: { [running('a')]: steady(0), [running('b')]: steady(0) },
    after: '5m',
    fires: { TocsinWorkerStopped: [{ queue: 'incidents' }] },
  },
  'the first workflow that fails again': {
    series: { [findings('fails-again')]: '0x20 1x1500' },
    after: '6m',
    fires: { TocsinWorkflowFailsAgain: [{}] },
  },
  'twenty workflows in an hour that were overdue': {
    series: { [findings('overdue')]: '0x20 20x1500' },
    after: '30m',
    fires: { TocsinWorkflowsMended: [{ finding: 'overdue' }] },
  },
  'five workflows in an hour that were overdue': {
    series: { [findings('overdue')]: '0x20 5x1500' },
    after: '30m',
    fires: {},
  },
  'a provider that never took a page, as its credentials are wrong': {
    series: { [requests('taken')]: '', [requests('auth')]: rising(1) },
    after: '10m',
    fires: { TocsinPagesRefused: [{ channel: 'sms' }] },
  },
  'a provider of which nothing was asked': { series: { [requests('taken')]: steady(0) }, after: '10m', fires: {} },
  'a page in ten not taken': { series: { [requests('auth')]: rising(1) }, after: '10m', fires: {} },
  'a provider at rest for all': {
    series: { [resting('main')]: '0x20 1x1500' },
    after: '15m',
    fires: { TocsinProviderResting: [{ channel: 'sms', provider: 'main' }] },
  },
  'an event loop that stands': {
    series: { [lag('a')]: steady(0.9) },
    after: '10m',
    fires: { TocsinEventLoopLag: [{ component: 'gateway', pod: 'a' }] },
  },
  'an event loop of something else that stands': {
    series: { [series('nodejs_eventloop_lag_p99_seconds', { pod: 'x' })]: steady(0.9) },
    after: '10m',
    fires: {},
  },
};
