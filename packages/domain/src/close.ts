import { isSupport, resumeAt, stopPaging } from './layers.ts';
import { planNews } from './notifications.ts';
import type { Counts, IncidentEvent } from './plan-types.ts';
import { ask, nextEntryId, record, settle, type Turn } from './turn.ts';

/** Stops paging and asks for the close, in the name of the newest counts that were heard. */
export function beginClose(turn: Turn, by: string, sourceOnly: boolean): void {
  const { state } = turn;
  for (const escalation of state.escalations) {
    stopPaging(turn, escalation);
    escalation.phase = 'ended';
    escalation.until = null;
  }
  state.status = 'closing';
  ask(turn, {
    kind: 'close',
    version: state.counts.version,
    by,
    sourceOnly,
    entryId: nextEntryId(state),
    at: turn.now,
  });
}

/** The close is stored. Who was paged hears that it is over, unless they ended it themselves. */
export function takeClosed(turn: Turn, event: Extract<IncidentEvent, { kind: 'closed' }>): void {
  const { state } = turn;
  const effect = settle(turn, event.effectId);
  if (effect?.kind !== 'close') return;
  state.status = 'closed';
  const told = new Set([effect.by]);
  for (const escalation of state.escalations) {
    for (const { personId } of escalation.everPaged) {
      if (!told.has(personId)) planNews(turn, escalation, personId, 'resolved');
      told.add(personId);
    }
  }
}

/** Alerts that the workflow had not heard of came first: the incident goes on, in a new round of the layer it was in. */
export function takeCloseRefused(turn: Turn, event: Extract<IncidentEvent, { kind: 'close-refused' }>): void {
  const { state } = turn;
  const effect = settle(turn, event.effectId);
  if (effect?.kind !== 'close') return;
  if (event.counts.version > state.counts.version) state.counts = event.counts;
  record(turn, 'close-refused', { version: event.counts.version, firing: event.counts.firing });
  if (stillResolved(event.counts)) return beginClose(turn, effect.by, effect.sourceOnly);
  for (const escalation of state.escalations) {
    // Who was added is not paged again for alerts that came since.
    if (isSupport(escalation)) continue;
    if (escalation.policy) resumeAt(turn, escalation, Math.max(escalation.layer, 1));
    else escalation.phase = 'beginning';
  }
  state.status = 'open';
}

function stillResolved(counts: Counts): boolean {
  return counts.firing === 0;
}
