import type { IncidentKpis } from '@tocsin/domain';

/** The rows that an incident has in each table, dimensions as text. Durations in ms from `opened`; NaN where there is none. */
export interface IncidentRows {
  incident: {
    openedAt: number;
    drill: boolean;
    severity: string;
    team: string;
    asset: string;
    channel: string;
    layer: string;
    acknowledge: number;
    respond: number;
    contain: number;
    resolve: number;
    pages: number;
  };
  pages: { layer: string; channel: string; outcome: string; n: number }[];
  deliveries: {
    layer: string;
    channel: string;
    provider: string;
    taken: number;
    delivered: number;
    failed: number;
    toTaken: number;
    toDelivered: number;
  }[];
  interruptions: { person: string; quarter: number }[];
}

/** Among the pages' outcomes, what was to be a page and found nobody. */
export const GAP = 'gap';

export function rowsOf(kpis: IncidentKpis): IncidentRows {
  const after = (at: number | null) => (at === null ? Number.NaN : Math.max(0, at - kpis.openedAt));
  const layer = (number: number | null) => layerName(number, kpis.catchAllLayer);
  const { openedAt, drill, severity, team, asset } = kpis;
  return {
    incident: {
      openedAt,
      drill,
      severity,
      team,
      asset,
      channel: kpis.acknowledgedChannel,
      layer: layer(kpis.acknowledgedLayer),
      acknowledge: after(kpis.acknowledgedAt),
      respond: after(kpis.respondedAt),
      contain: after(kpis.containedAt),
      resolve: after(kpis.resolvedAt),
      pages: kpis.pages.reduce((sum, one) => sum + one.n, 0),
    },
    pages: [
      ...kpis.pages.map((one) => ({ ...one, layer: layer(one.layer) })),
      ...kpis.gaps.map((one) => ({ layer: layer(one.layer), channel: '', outcome: GAP, n: one.n })),
    ],
    deliveries: kpis.deliveries.map(({ firstTakenAt, firstDeliveredAt, ...one }) => ({
      ...one,
      layer: layer(one.layer),
      toTaken: after(firstTakenAt),
      toDelivered: after(firstDeliveredAt),
    })),
    interruptions: kpis.interruptions,
  };
}

/** Layers as people speak of them. Empty: it is not known, or there was none. */
function layerName(layer: number | null, catchAll: number | null): string {
  if (layer === null) return '';
  if (layer === 0) return 'assigned';
  return layer === catchAll ? 'catch-all' : String(layer);
}
