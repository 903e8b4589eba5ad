import { type Deliveries, type IncidentKpis, type KpiEntry, QUARTER_MS } from './kpi-types.ts';

/** What a provider said of a page's notification. News that ask for no answer are not counted. */
export function countDelivery(kpis: IncidentKpis, { at, data }: KpiEntry): void {
  const { notification, person, layer, channel, provider, receipt } = data;
  // The last part of a notification's id is its kind.
  if (typeof notification !== 'string' || !notification.endsWith('/page') || typeof layer !== 'number') return;
  const cell = cellOf(kpis, layer, String(channel), String(provider));
  switch (receipt) {
    case 'queued':
      cell.taken += 1;
      break;
    case 'sent':
      break;
    case 'delivered':
      cell.delivered += 1;
      cell.firstDeliveredAt = earlier(cell.firstDeliveredAt, at);
      break;
    case 'read':
      cell.firstDeliveredAt = earlier(cell.firstDeliveredAt, at);
      break;
    case 'failed':
      cell.failed += 1;
      return;
    default:
      return;
  }
  cell.firstTakenAt = earlier(cell.firstTakenAt, at);
  if (receipt === 'queued' || receipt === 'sent') interrupt(kpis, String(person), Math.floor(at / QUARTER_MS));
}

function cellOf(kpis: IncidentKpis, layer: number, channel: string, provider: string): Deliveries {
  const known = kpis.deliveries.find(
    (one) => one.layer === layer && one.channel === channel && one.provider === provider,
  );
  if (known) return known;
  const fresh = {
    layer,
    channel,
    provider,
    taken: 0,
    delivered: 0,
    failed: 0,
    firstTakenAt: null,
    firstDeliveredAt: null,
  };
  kpis.deliveries.push(fresh);
  return fresh;
}

function interrupt(kpis: IncidentKpis, person: string, quarter: number): void {
  if (kpis.interruptions.some((one) => one.person === person && one.quarter === quarter)) return;
  kpis.interruptions.push({ person, quarter });
}

function earlier(known: number | null, at: number): number {
  return known === null ? at : Math.min(known, at);
}
