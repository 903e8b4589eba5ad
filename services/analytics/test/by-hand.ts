import type { Dimension, KpiEntry, KpiId } from '@tocsin/domain';
import { DateTime } from 'luxon';
import type { StoredIncident } from './harness.ts';

/** One thing that counts: where it counts, and how much, or for how long it took. */
interface Item {
  at: number;
  value: number;
  /** Things with one name count once. */
  once?: string;
  dimensions: Partial<Record<Dimension, string>>;
}

export interface Clocks {
  /** Of buckets and hours. */
  zone: string;
  /** Of people; who is not named lives in `zone`. */
  zones: ReadonlyMap<string, string>;
}

/** Everything that a KPI counts in some logs, looked up entry by entry: the slow way, by the definitions alone. */
export function itemsOf(kpi: KpiId, incidents: StoredIncident[], clocks: Clocks): Item[] {
  return incidents.flatMap(({ incidentId, log }) => {
    const opened = log.find((one) => one.kind === 'opened')!;
    const raised = log.filter((one) => one.kind === 'severity-raised').map((one) => String(one.data.to));
    const local = DateTime.fromMillis(opened.at, { zone: clocks.zone });
    const dimensions = {
      severity: raised.at(-1) ?? String(opened.data.severity),
      team: String(opened.data.team),
      asset: String(opened.data.asset ?? ''),
      'hour-of-day': String(local.hour),
      'out-of-hours': String(local.weekday > 5 || local.hour < 8 || local.hour >= 18),
    };
    const item = (value: number, more: Partial<Item> = {}): Item => ({ at: opened.at, value, dimensions, ...more });
    const lasting = (ends: (number | undefined)[]): Item[] => {
      const known = ends.filter((at) => at !== undefined);
      return known.length === 0 ? [] : [item(Math.max(0, Math.min(...known) - opened.at))];
    };
    const instants = (kind: string) => log.filter((one) => one.kind === kind).map((one) => one.at);
    const pages = log.filter((one) => one.kind === 'notification' && String(one.data.notification).endsWith('/page'));
    const receipts = (...said: string[]) => pages.filter((one) => said.includes(String(one.data.receipt)));
    const summoned = log
      .filter((one) => one.kind === 'layer-started')
      .reduce((sum, one) => sum + (one.data.people as string[]).length, 0);
    const eachDelivery = (said: string) =>
      receipts(said).map((one) => item(1, { dimensions: { ...dimensions, ...deliveryOf(one, log) } }));

    switch (kpi) {
      case 'incidents':
        return [item(1)];
      case 'pages':
        return [item(summoned)];
      case 'pages-per-incident':
        return [item(summoned)];
      case 'coverage-gaps':
        return [item(log.filter((one) => one.kind === 'gap').length)];
      case 'time-to-acknowledge': {
        const accepted = instants('accepted');
        return lasting(accepted.length > 0 ? accepted : closedByPerson(log));
      }
      case 'time-to-resolve':
        return lasting(instants('closed').slice(0, 1));
      case 'time-to-first-page':
        return lasting(receipts('queued', 'delivered').map((one) => one.at));
      case 'time-to-delivery':
        return lasting(receipts('delivered').map((one) => one.at));
      case 'notifications-taken':
        return eachDelivery('queued');
      case 'notifications-delivered':
        return eachDelivery('delivered');
      case 'notifications-failed':
        return eachDelivery('failed');
      case 'interrupted-nights':
        return receipts('queued').flatMap((one) => {
          const person = String(one.data.person);
          const theirs = DateTime.fromMillis(one.at, { zone: clocks.zones.get(person) ?? clocks.zone });
          if (theirs.hour >= 8 && theirs.hour < 22) return [];
          const evening = (theirs.hour < 8 ? theirs.minus({ days: 1 }) : theirs).toISODate();
          return [item(1, { at: one.at, once: `${person} ${evening}`, dimensions: { ...dimensions, person } })];
        });
      default:
        throw new Error(`${kpi} of ${incidentId} is not counted by hand`);
    }
  });
}

function closedByPerson(log: KpiEntry[]): number[] {
  return log.filter((one) => one.kind === 'closed' && one.data.by !== 'source').map((one) => one.at);
}

function deliveryOf({ data }: KpiEntry, log: KpiEntry[]): Partial<Record<Dimension, string>> {
  const catchAll = log.find((one) => one.kind === 'layer-started' && one.data.catchAll === true)?.data.layer;
  const layer = data.layer === 0 ? 'assigned' : data.layer === catchAll ? 'catch-all' : String(data.layer);
  return { channel: String(data.channel), provider: String(data.provider), layer };
}

/** Adds items up as an answer has them: `<kpi> <group>` to buckets and totals. What adds up to nothing is left out. */
export function addUp(
  kpi: KpiId,
  items: Item[],
  groupBy: Dimension[],
  startOf: (at: number) => number,
  spread: boolean,
): Record<string, { points: { start: number; statistics: object }[]; total: object }> {
  const groups = Map.groupBy(items, (one) => [kpi, ...groupBy.map((name) => one.dimensions[name] ?? '')].join(' '));
  const answers = [...groups].map(([name, some]) => {
    const buckets = Map.groupBy(some, (one) => startOf(one.at));
    const points = [...buckets]
      .map(([start, those]) => ({ start, statistics: summary(those, spread) }))
      .filter(({ statistics }) => statistics.n > 0)
      .sort((a, b) => a.start - b.start);
    return [name, { points, total: summary(some, spread) }] as const;
  });
  return Object.fromEntries(answers.filter(([, { points }]) => points.length > 0));
}

function summary(items: Item[], spread: boolean) {
  const counted = [...new Map(items.map((one, index) => [one.once ?? index, one])).values()];
  const values = counted.map((one) => one.value).sort((a, b) => a - b);
  const sum = values.reduce((all, value) => all + value, 0);
  if (!spread) return { n: sum, sum, median: null, p90: null, p95: null };
  const at = (percent: number) => values[Math.ceil((percent * values.length) / 100) - 1] ?? null;
  return { n: values.length, sum, median: at(50), p90: at(90), p95: at(95) };
}
