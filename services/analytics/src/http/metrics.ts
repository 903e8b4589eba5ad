import { type IncidentKpis, SEVERITIES } from '@tocsin/domain';
import { Counter, Gauge, Histogram, type OpenMetricsContentType, Registry } from 'prom-client';
import { type DurationName, progressBetween } from '../core/progress.ts';
import type { Warehouse } from '../core/warehouse.ts';

export interface Metrics {
  readonly registry: Registry<OpenMetricsContentType>;
  /** Counts what is new in an incident's numbers. Drills are not counted. */
  changed(before: IncidentKpis, after: IncidentKpis): void;
  /** Facts told at these instants have been taken in now. */
  folded(instants: number[]): void;
}

/** What the path takes by itself, in parts of a second; then to a day, the steps in which people speak of answering. */
const SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1_800, 3_600, 14_400, 86_400];

const DURATIONS: Record<DurationName, string> = {
  first_page: 'From opened to the first page that a provider took',
  delivery: 'From opened to the first page that was delivered',
  acknowledge: 'From opened to the acknowledgement',
  respond: 'From opened to the first act of a person after the acknowledgement',
  contain: 'From opened to the end of containment',
  resolve: 'From opened to closed',
};

/**
 * The KPIs as they happen, for alerting and for graphs of now: counted by the replica that takes a fact in, so sum over replicas.
 * Labels are severities, outcomes, channels, providers and receipts: few, and none of a person, a team or an organisation.
 */
export function createMetrics(warehouses: () => Iterable<Warehouse>): Metrics {
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  const registers = [registry];
  const opened = new Counter({
    name: 'tocsin_incidents_opened_total',
    help: 'Incidents opened',
    labelNames: ['severity'],
    registers,
  });
  const durations = Object.fromEntries(
    Object.entries(DURATIONS).map(([name, help]) => [
      name,
      new Histogram({
        name: `tocsin_incident_${name}_seconds`,
        help,
        labelNames: ['severity'],
        buckets: SECONDS,
        registers,
      }),
    ]),
  ) as Record<DurationName, Histogram<'severity'>>;
  const pages = new Counter({
    name: 'tocsin_pages_total',
    help: 'Pages that came to an outcome',
    labelNames: ['outcome'],
    registers,
  });
  const notifications = new Counter({
    name: 'tocsin_notifications_total',
    help: 'Notifications of pages, by what the provider said of them',
    labelNames: ['channel', 'provider', 'receipt'],
    registers,
  });
  const gaps = new Counter({ name: 'tocsin_coverage_gaps_total', help: 'Targets that gave nobody to page', registers });
  const lag = new Gauge({
    name: 'tocsin_kpi_lag_seconds',
    help: 'Age of the newest fact when it was last taken in',
    registers,
  });
  new Gauge({
    name: 'tocsin_incidents_open',
    help: 'Incidents open now; the same in every replica, so take the maximum',
    labelNames: ['severity', 'acknowledged'],
    registers,
    collect() {
      this.reset();
      for (const warehouse of warehouses()) {
        for (const { severity, acknowledged } of openIn(warehouse)) this.inc({ severity, acknowledged });
      }
    },
  });

  // A rate sees no step in a series that begins with it, and incidents are rare.
  for (const severity of SEVERITIES) {
    opened.inc({ severity }, 0);
    for (const duration of Object.values(durations)) duration.zero({ severity });
  }

  return {
    registry,
    changed(before, after) {
      if (after.drill || after.head === 0) return;
      const { severity } = after;
      const progress = progressBetween(before, after);
      if (progress.opened) opened.inc({ severity });
      for (const { name, seconds } of progress.durations) durations[name].observe({ severity }, seconds);
      for (const { outcome, n } of progress.pages) pages.inc({ outcome }, n);
      for (const { n, ...labels } of progress.notifications) notifications.inc(labels, n);
      gaps.inc(progress.gaps);
    },
    folded(instants) {
      lag.set(Math.max(0, Date.now() - Math.max(...instants)) / 1_000);
    },
  };
}

function* openIn({ incidents, names }: Warehouse): Generator<{ severity: string; acknowledged: string }> {
  const [resolve, acknowledge, drill, severity] = (['resolve', 'acknowledge', 'drill', 'severity'] as const).map(
    (one) => incidents.column(one),
  );
  for (let row = 0; row < incidents.length; row += 1) {
    if (drill![row] === 1 || !Number.isNaN(resolve![row])) continue;
    const acknowledged = String(!Number.isNaN(acknowledge![row]));
    yield { severity: names.textOf(severity![row]!), acknowledged };
  }
}
