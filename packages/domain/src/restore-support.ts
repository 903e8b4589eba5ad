import type { Policy } from './escalation-types.ts';
import { newEscalation } from './incident-state.ts';
import { ROSTER_PATIENCE_MS } from './layers.ts';
import type { StoredLayer } from './paged-people.ts';
import type { EscalationState, LogEntry } from './plan-types.ts';
import { text } from './read-log.ts';
import { resumePoint } from './resume-point.ts';

/**
 * Somebody who was added, as far as their own entries tell. Their escalation has one layer, and ends where it would go on: what
 * was lost with the workflow begins no layer that they never had.
 */
export function restoreSupport(
  summoned: LogEntry,
  { entries, layers }: { entries: LogEntry[]; layers: StoredLayer[] },
  wasClosing: boolean,
  now: number,
): EscalationState {
  const policy = JSON.parse(text(summoned, 'rules')) as Policy;
  const { stoppedThrough: _, ...point } = resumePoint(policy, entries);
  const before = newEscalation(text(summoned, 'escalation'), policy.id, summoned.at);
  const support = { ...before, ...point, purpose: text(summoned, 'purpose'), policy };
  const known = layers.find((one) => one.round === 1 && one.layer === 1)?.people;
  if (known) support.fallback = [known];
  const isOver = entries.some((entry) => entry.kind === 'summon-ended') || point.layer > policy.layers.length;
  if (isOver || (wasClosing && point.ownerId === null))
    return { ...support, phase: 'ended', round: 1, layer: 1, until: null, ownerId: null };
  if (point.phase !== 'resolving') return support;
  return { ...support, since: now, until: now + ROSTER_PATIENCE_MS };
}
