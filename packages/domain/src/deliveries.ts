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

/**
 * Who had taken a page said that it did not arrive. The page is asked for again, under its own key: whoever brings it knows
 * which ways are left. Only pages are: news that was lost is not worth waking anybody for.
 */
export function takeReceiptFailed(turn: Turn, event: Extract<IncidentEvent, { kind: 'receipt-failed' }>): void {
  for (const escalation of turn.state.escalations) {
    const one = escalation.notifications.find((page) => page.key.id === event.key && page.key.kind === 'page');
    if (!one || escalation.phase !== 'trying' || event.attempt <= (one.lostAttempt ?? 0)) continue;
    const paged = escalation.people.find(({ person }) => person.personId === one.key.personId);
    if (paged?.state !== 'paged' && paged?.state !== 'unreachable') continue;
    if (one.state !== 'sent' && one.state !== 'sending') continue;
    one.lostAttempt = event.attempt;
    record(turn, 'notification-lost', { ...about(one), attempt: event.attempt, reason: event.reason });
    // The receipt may be faster than the result of the delivery that it is about.
    if (one.state === 'sending') one.lostMeanwhile = true;
    else askAgain(one, turn.now);
  }
}

function askAgain(one: PlannedNotification, at: number): void {
  one.state = 'due';
  one.dueAt = at;
}

function apply(turn: Turn, escalation: EscalationState, one: PlannedNotification, result: DeliveryResult): void {
  one.reachedProvider ||= result.reachedProvider;
  const lostMeanwhile = one.lostMeanwhile === true;
  delete one.lostMeanwhile;
  switch (result.outcome) {
    case 'sent':
      one.state = 'sent';
      one.reachedProvider = true;
      if (lostMeanwhile) askAgain(one, turn.now);
      return;
    case 'refused':
      one.state = 'refused';
      record(turn, 'notification-refused', { ...about(one), reason: result.reason });
      dropLaterRepeats(escalation, one);
      return;
    case 'undelivered':
      one.state = 'undelivered';
      record(turn, 'notification-undelivered', { ...about(one), reason: result.reason });
      return;
    case 'pending':
      if (one.tries === 1) record(turn, 'notification-pending', { ...about(one), reason: result.reason });
      askAgain(one, turn.now + AGAIN_AFTER_MS);
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

/** A person is unreachable when each contact method of theirs failed, and reachable again when one of them took a repeat. */
function markUnreachable(turn: Turn, escalation: EscalationState): void {
  if (escalation.phase !== 'trying') return;
  for (const paged of escalation.people) {
    const { personId } = paged.person;
    const theirs = escalation.notifications.filter(
      (one) => one.key.kind === 'page' && one.key.personId === personId && one.state !== 'dropped',
    );
    if (paged.state === 'unreachable' && theirs.some((one) => one.state === 'sent')) paged.state = 'paged';
    if (paged.state !== 'paged' || theirs.length === 0 || !everyMethodFailed(theirs)) continue;
    paged.state = 'unreachable';
    const { id, round, layer } = escalation;
    const how = theirs.every((one) => one.state === 'refused') ? 'refused' : 'failed';
    record(turn, 'person-unreachable', {
      escalation: id,
      round,
      layer,
      person: personId,
      reason: `every-contact-method-${how}`,
    });
  }
}

function everyMethodFailed(pages: PlannedNotification[]): boolean {
  return [...Map.groupBy(pages, (one) => one.key.contactMethodId).values()].every(hasFailed);
}

/** What was tried of a contact method failed, for good. Repeats that are yet to come are no reason to wait. */
function hasFailed(pages: PlannedNotification[]): boolean {
  const tried = pages.filter((one) => one.state !== 'due' || one.tries > 0);
  return tried.length > 0 && tried.every((one) => one.state === 'refused' || one.state === 'undelivered');
}

function about(one: PlannedNotification): Record<string, string | number> {
  const { id, escalationId, round, layer, personId } = one.key;
  return { escalation: escalationId, round, layer, person: personId, channel: one.channel, notification: id };
}
