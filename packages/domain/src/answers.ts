import { severityChanged } from './alerts.ts';
import { beginClose } from './close.ts';
import { decideOnce, type Said } from './decide-once.ts';
import { catchAllLayer, isSupport, nextLayer, resumeAt, stopPaging } from './layers.ts';
import { dropPages, planNews } from './notifications.ts';
import type { EscalationState, IncidentEvent } from './plan-types.ts';
import { ask, channelsOf, record, severityOf, type Turn } from './turn.ts';

type AnswerEvent = Extract<IncidentEvent, { kind: 'answer' }>;

/** Decides on an answer, once. */
export function takeAnswer(turn: Turn, event: AnswerEvent): void {
  decideOnce(turn, event.id, event.escalationId, (escalation) => {
    switch (event.answer) {
      case 'accept':
        return accept(turn, escalation, event);
      case 'reject':
        return reject(turn, escalation, event);
      case 'escalate':
        return escalate(turn, escalation, event);
      case 'resolve':
        beginClose(turn, event.personId, false);
        return { outcome: 'resolved', reason: 'resolved-by-person' };
      default:
        return event.answer satisfies never;
    }
  });
}

/** Gives the incident to somebody else: they are paged now, and the policy's layers follow if they do not answer. */
export function takeReassign(turn: Turn, event: Extract<IncidentEvent, { kind: 'reassign' }>): void {
  decideOnce(turn, event.id, 'response', (escalation) => {
    if (!escalation.policy) return { outcome: 'over', reason: 'not-begun' };
    stopPaging(turn, escalation);
    record(turn, 'reassigned', {
      escalation: escalation.id,
      answer: event.id,
      person: event.personId,
      target: `${event.target.kind} ${event.target.id}`,
    });
    resumeAt(turn, escalation, 0, [event.target]);
    return { outcome: 'done', reason: 'reassigned' };
  });
}

/** Quiet until an instant; then paging goes on, with the owner first where there is one. */
export function takeSnooze(turn: Turn, event: Extract<IncidentEvent, { kind: 'snooze' }>): void {
  decideOnce(turn, event.id, 'response', (escalation) => {
    if (!escalation.policy) return { outcome: 'over', reason: 'not-begun' };
    stopPaging(turn, escalation);
    escalation.phase = 'snoozed';
    escalation.since = turn.now;
    escalation.until = event.until;
    record(turn, 'snoozed', {
      escalation: escalation.id,
      answer: event.id,
      person: event.personId,
      until: event.until,
    });
    return { outcome: 'done', reason: 'snoozed' };
  });
}

/** A person says how bad it is. It answers no page and ends none. */
export function takeSeverity(turn: Turn, event: Extract<IncidentEvent, { kind: 'severity' }>): void {
  decideOnce(turn, event.id, 'response', (escalation) => {
    const { state } = turn;
    const { personId, severity } = event;
    const from = severityOf(state);
    const over = state.counts.severity;
    state.word = { severity, over, personId };
    record(turn, 'severity-set', {
      escalation: escalation.id,
      answer: event.id,
      person: personId,
      from,
      to: severity,
      over,
    });
    severityChanged(turn, from, personId);
    return { outcome: 'done', reason: 'severity-set' };
  });
}

function accept(turn: Turn, escalation: EscalationState, event: AnswerEvent): Said {
  const { state } = turn;
  if (escalation.phase === 'answered') {
    if (escalation.ownerId === event.personId) return { outcome: 'yours', reason: 'already-yours' };
    record(turn, 'late-answer', lateData(escalation, event, 'taken'));
    return { outcome: 'taken', reason: 'taken-before' };
  }
  stopPaging(turn, escalation);
  escalation.phase = 'answered';
  escalation.ownerId = event.personId;
  escalation.since = turn.now;
  const timeout = escalation.policy?.ackTimeoutMs ?? 0;
  escalation.until = timeout > 0 ? turn.now + timeout : null;
  // Whoever was added helps; the incident stays whose it is.
  if (!isSupport(escalation)) state.status = 'acknowledged';
  record(turn, 'accepted', {
    escalation: escalation.id,
    answer: event.id,
    person: event.personId,
    channel: event.channel,
    round: escalation.round,
    layer: escalation.layer,
    afterMs: turn.now - state.openedAt,
    until: escalation.until,
  });
  for (const person of escalation.everPaged) {
    if (person.personId !== event.personId) planNews(turn, escalation, person.personId, 'taken', event.personId);
  }
  return { outcome: 'yours', reason: 'accepted' };
}

function reject(turn: Turn, escalation: EscalationState, event: AnswerEvent): Said {
  const wasOwner = escalation.phase === 'answered' && escalation.ownerId === event.personId;
  if (escalation.phase === 'answered' && !wasOwner) return { outcome: 'taken', reason: 'taken-before' };
  const { id, round, layer } = escalation;
  record(turn, 'rejected', {
    escalation: id,
    answer: event.id,
    person: event.personId,
    channel: event.channel,
    round,
    layer,
  });
  if (wasOwner) {
    // Handed back: whoever comes after the layer that answered is next.
    resumeAt(turn, escalation, after(escalation));
    escalation.rejected.push(event.personId);
    return { outcome: 'rejected', reason: 'handed-back' };
  }
  endPersonsPage(turn, escalation, event.personId, 'rejected');
  return { outcome: 'rejected', reason: 'rejected' };
}

function escalate(turn: Turn, escalation: EscalationState, event: AnswerEvent): Said {
  const { id, round, layer } = escalation;
  if (!escalation.policy) return { outcome: 'over', reason: 'not-begun' };
  record(turn, 'escalated', {
    escalation: id,
    answer: event.id,
    person: event.personId,
    channel: event.channel,
    round,
    layer,
  });
  if (escalation.phase === 'trying' || escalation.phase === 'resolving') {
    endPersonsPage(turn, escalation, event.personId, 'escalated');
    nextLayer(turn, escalation);
  } else {
    resumeAt(turn, escalation, after(escalation));
  }
  return { outcome: 'escalated', reason: 'next-layer' };
}

function endPersonsPage(
  turn: Turn,
  escalation: EscalationState,
  personId: string,
  state: 'rejected' | 'escalated',
): void {
  dropPages(turn, escalation, personId);
  for (const paged of escalation.people) {
    if (paged.person.personId === personId && paged.state === 'paged') paged.state = state;
  }
  if (!escalation.rejected.includes(personId)) escalation.rejected.push(personId);
  const { id, round, layer } = escalation;
  const channels = channelsOf(escalation);
  if (channels.length === 0) return;
  ask(turn, { kind: 'withdraw', escalationId: id, throughRound: round, personId, layer, channels });
}

function after(escalation: EscalationState): number {
  const last = escalation.policy ? catchAllLayer(escalation.policy) : 1;
  return Math.min(escalation.layer + 1, last);
}

function lateData(escalation: EscalationState, event: AnswerEvent, outcome: string): Record<string, string> {
  return { escalation: escalation.id, answer: event.id, person: event.personId, channel: event.channel, outcome };
}
