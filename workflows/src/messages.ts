import type { Counts, IncidentEvent } from '@tocsin/domain';

const ANSWERS: readonly unknown[] = ['accept', 'reject', 'resolve', 'escalate'];
const SEVERITIES: readonly unknown[] = ['critical', 'high', 'medium', 'low', 'info'];

/**
 * True for what the workflow takes from outside. A message that the plan cannot read would fail the run's task again and again,
 * and with it every page; so it is passed over. Results of effects come from the loop alone, never as messages.
 */
export function isMessage(event: unknown): event is IncidentEvent {
  if (!isObject(event)) return false;
  switch (event.kind) {
    case 'wake':
      return true;
    case 'alerts':
      return isCounts(event.counts);
    case 'log-forgotten':
      return typeof event.wasBegun === 'boolean';
    case 'receipt-failed':
      return isText(event.key) && Number.isInteger(event.attempt) && typeof event.reason === 'string';
    default:
      return asksForDecision(event);
  }
}

/** True for an answer or a command: what the plan decides on. */
function asksForDecision(event: unknown): event is Extract<IncidentEvent, { id: string }> {
  if (!isObject(event) || !isText(event.id) || !isText(event.personId)) return false;
  switch (event.kind) {
    case 'answer':
      return ANSWERS.includes(event.answer) && isText(event.escalationId);
    case 'reassign':
    case 'summon':
      return isObject(event.target) && isText(event.target.kind) && isText(event.target.id);
    case 'snooze':
      return Number.isFinite(event.until);
    case 'severity':
      return SEVERITIES.includes(event.severity);
    default:
      return false;
  }
}

export function isCounts(counts: unknown): counts is Counts {
  if (!isObject(counts) || !isText(counts.severity)) return false;
  return [counts.version, counts.members, counts.firing].every(Number.isFinite);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
