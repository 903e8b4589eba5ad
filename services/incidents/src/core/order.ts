import type { FoldAlert } from './alert.ts';

/** What places an alert among its member's: the newest folded one's is kept with the member. */
export type Placed = Pick<FoldAlert, 'alertId' | 'receivedAt' | 'sourceAt' | 'action'>;

/** A source whose clock is further off than this is not asked for the time. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

/**
 * Whether an alert is older than the newest that is known of its member. The source's time says so where both have one that
 * can be trusted and they differ; else arrival, which is when the envelope was stored, and not when we come to look at it.
 * What arrived at once and in different envelopes has no order: then a trigger is never the older one.
 */
export function isOlder(alert: Placed, known: Placed): boolean {
  const at = trustedSourceTime(alert);
  const knownAt = trustedSourceTime(known);
  if (at !== null && knownAt !== null && at !== knownAt) return at < knownAt;
  if (alert.receivedAt !== known.receivedAt) return alert.receivedAt < known.receivedAt;
  const [envelope, index] = parts(alert.alertId);
  const [knownEnvelope, knownIndex] = parts(known.alertId);
  if (envelope === knownEnvelope && index !== knownIndex) return index < knownIndex;
  return alert.action === 'resolve' && known.action === 'trigger';
}

/** The source's time where it can be trusted to order one member's alerts; null: arrival counts. */
function trustedSourceTime({ sourceAt, receivedAt }: Placed): number | null {
  return sourceAt !== null && Math.abs(sourceAt - receivedAt) <= CLOCK_TOLERANCE_MS ? sourceAt : null;
}

function parts(alertId: string): [string, number] {
  const dash = alertId.lastIndexOf('-');
  return [alertId.slice(0, dash), Number(alertId.slice(dash + 1))];
}
