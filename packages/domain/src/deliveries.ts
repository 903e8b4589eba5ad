import type { DeliveryResult, EscalationState, IncidentEvent, PlannedNotification } from './plan-types.ts';
import { record, settle, type Turn } from './turn.ts';

/** How long the path rests before a notification that did not get through is handed to it again. */
const AGAIN_AFTER_MS = 1_500;

/** What became of a delivery. Results of a delivery that is not wanted any more change nothing. */
export function takeDelivered(turn: Turn, event: Extract<IncidentEvent, { kind: 'delivered' }>): void {
  if (!settle(turn, event.effectId)) return;
  const results = new Map(event.results.map((result) => [result.key, result]));
  for (const escalation of turn.state.escalations) {
    for (const one of escalation.notifications) {
      if (one.effectId !== event.effectId || one.state !== 'sending') continue;
      one.effectId = null;
      const result = results.get(one.key.id) ?? missing(one);
      apply(turn, escalation, one, result);
    }
    markUnreachable(turn, escalation);
  }
}

function apply(turn: Turn, escalation: EscalationState, one: PlannedNotification, result: DeliveryResult): void {
  one.reachedProvider ||= result.reachedProvider;
  switch (result.outcome) {
    case 'sent':
      one.state = 'sent';
      one.reachedProvider = true;
      return;
    case 'refused':
      one.state = 'refused';
      record(turn, 'notification-refused', { ...about(one), reason: result.reason });
      dropLaterRepeats(escalation, one);
      return;
    case 'pending':
      if (one.tries === 1) record(turn, 'notification-pending', { ...about(one), reason: result.reason });
      one.state = 'due';
      one.dueAt = turn.now + AGAIN_AFTER_MS;
      return;
    case 'expired':
      // The layer's end is for the clock to say; where it got its time again, its pages go again.
      one.state = one.key.kind === 'page' ? 'due' : 'dropped';
      one.dueAt = turn.now + AGAIN_AFTER_MS;
      return;
    case 'withdrawn':
    case 'over':
      one.state = 'dropped';
      return;
    default:
      result.outcome satisfies never;
  }
}

function missing(one: PlannedNotification): DeliveryResult {
  return { key: one.key.id, outcome: 'pending', reachedProvider: false, reason: 'no-result' };
}

/** A number that is wrong once is wrong for the repeats as well. */
function dropLaterRepeats(escalation: EscalationState, refused: PlannedNotification): void {
  for (const one of escalation.notifications) {
    if (one.state !== 'due' || one.key.kind !== refused.key.kind) continue;
    if (one.key.contactMethodId === refused.key.contactMethodId) one.state = 'dropped';
  }
}

/** A person is unreachable when each contact method of theirs refused, and nothing is on its way. */
function markUnreachable(turn: Turn, escalation: EscalationState): void {
  if (escalation.phase !== 'trying') return;
  for (const paged of escalation.people) {
    if (paged.state !== 'paged') continue;
    const theirs = escalation.notifications.filter(
      (one) => one.key.kind === 'page' && one.key.personId === paged.person.personId && one.state !== 'dropped',
    );
    if (theirs.length === 0 || !theirs.every((one) => one.state === 'refused')) continue;
    paged.state = 'unreachable';
    const { id, round, layer } = escalation;
    record(turn, 'person-unreachable', {
      escalation: id,
      round,
      layer,
      person: paged.person.personId,
      reason: 'every-contact-method-refused',
    });
  }
}

function about(one: PlannedNotification): Record<string, string | number> {
  const { id, escalationId, round, layer, personId } = one.key;
  return { escalation: escalationId, round, layer, person: personId, channel: one.channel, notification: id };
}
