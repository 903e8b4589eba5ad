import type { IncidentKpis } from '@tocsin/domain';

export type DurationName = 'first_page' | 'delivery' | 'acknowledge' | 'respond' | 'contain' | 'resolve';
export type ReceiptName = 'taken' | 'delivered' | 'failed';

/** What is new in an incident's numbers, to be counted once. */
export interface Progress {
  opened: boolean;
  /** Seconds from `opened`, of what has happened now. */
  durations: { name: DurationName; seconds: number }[];
  /** Pages that came to an outcome. */
  pages: { outcome: string; n: number }[];
  notifications: { channel: string; provider: string; receipt: ReceiptName; n: number }[];
  gaps: number;
}

/** The difference between an incident's numbers before and after. What a later entry corrects is not counted again. */
export function progressBetween(before: IncidentKpis, after: IncidentKpis): Progress {
  const was = durationsOf(before);
  const durations = Object.entries(durationsOf(after))
    .filter(([name, at]) => at !== null && was[name as DurationName] === null)
    .map(([name, at]) => ({
      name: name as DurationName,
      seconds: Math.max(0, (at ?? after.openedAt) - after.openedAt) / 1_000,
    }));
  const pagesBefore = pagesBy(before);
  const pages = [...pagesBy(after)]
    .map(([outcome, n]) => ({ outcome, n: n - (pagesBefore.get(outcome) ?? 0) }))
    .filter(({ outcome, n }) => outcome !== 'open' && n > 0);
  return {
    opened: before.head === 0 && after.head > 0,
    durations,
    pages,
    notifications: notificationsBetween(before, after),
    gaps: gapsOf(after) - gapsOf(before),
  };
}

function durationsOf(kpis: IncidentKpis): Record<DurationName, number | null> {
  return {
    first_page: earliest(kpis.deliveries.map((one) => one.firstTakenAt)),
    delivery: earliest(kpis.deliveries.map((one) => one.firstDeliveredAt)),
    acknowledge: kpis.acknowledgedAt,
    respond: kpis.respondedAt,
    contain: kpis.containedAt,
    resolve: kpis.resolvedAt,
  };
}

function notificationsBetween(before: IncidentKpis, after: IncidentKpis): Progress['notifications'] {
  return after.deliveries.flatMap((now) => {
    const { channel, provider, layer } = now;
    const old = before.deliveries.find(
      (one) => one.layer === layer && one.channel === channel && one.provider === provider,
    );
    return (['taken', 'delivered', 'failed'] as const)
      .map((receipt) => ({ channel, provider, receipt, n: now[receipt] - (old?.[receipt] ?? 0) }))
      .filter(({ n }) => n > 0);
  });
}

function pagesBy({ pages }: IncidentKpis): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { outcome, n } of pages) sums.set(outcome, (sums.get(outcome) ?? 0) + n);
  return sums;
}

function gapsOf({ gaps }: IncidentKpis): number {
  return gaps.reduce((sum, one) => sum + one.n, 0);
}

function earliest(instants: (number | null)[]): number | null {
  return instants.reduce<number | null>(
    (first, at) => (first === null || (at !== null && at < first) ? at : first),
    null,
  );
}
