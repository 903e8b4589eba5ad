import { sourceResolved, takeAlerts } from './alerts.ts';
import { takeAnswer, takeReassign, takeSeverity, takeSnooze } from './answers.ts';
import { takeClosed, takeCloseRefused } from './close.ts';
import { takeDelivered, takeReceiptFailed } from './deliveries.ts';
import type { ResolvedLayer } from './escalation-types.ts';
import { takeLogForgotten } from './forgotten-log.ts';
import {
  askForLayer,
  catchAllLayer,
  isAskingFor,
  nextLayer,
  ROSTER_PATIENCE_MS,
  resumeAt,
  STORE_PATIENCE_MS,
  tryPeople,
} from './layers.ts';
import { deliverDue } from './notifications.ts';
import type { Decision, EscalationState, IncidentEvent, IncidentState, Plan } from './plan-types.ts';
import { takeSummon } from './summon.ts';
import { ask, openTurn, record, settle, type Turn, unask } from './turn.ts';
import { handOverLog, takeLogged } from './waiting-log.ts';

const RENEWED_FOR_MS = 3_600_000;
/** How long an effect that could not be carried out rests. The activity itself has tried again before. */
const FAILED_EFFECT_RESTS_MS = 2_000;

/**
 * The rules of an incident's life. Applies one event to a state and says what is to be done and when to wake; the given state
 * is not touched. Pure: the same arguments give the same plan. `now` is milliseconds since the epoch and never decides an
 * order: an event that comes late or twice changes nothing.
 */
export function plan(state: IncidentState, event: IncidentEvent, now: number): Plan {
  const turn = openTurn(state, now);
  take(turn, event);
  for (const escalation of turn.state.escalations) {
    passTime(turn, escalation);
    deliverDue(turn, escalation);
  }
  retryEffects(turn);
  handOverLog(turn);
  return { state: turn.state, effects: turn.effects, ...nextWake(turn) };
}

/** What was decided on an answer or a command. */
export function decisionOf(state: IncidentState, id: string): Decision | undefined {
  return state.decided.find((one) => one.id === id)?.decision;
}

/** True once the close is stored and nothing is left to say: the workflow may end. */
export function isDone(state: IncidentState): boolean {
  const waiting = state.escalations.some((one) => one.notifications.some((n) => n.state === 'due'));
  return state.status === 'closed' && state.pending.length === 0 && state.log.length === 0 && !waiting;
}

function take(turn: Turn, event: IncidentEvent): void {
  switch (event.kind) {
    case 'wake':
      return;
    case 'alerts':
      return takeAlerts(turn, event.counts);
    case 'answer':
      return takeAnswer(turn, event);
    case 'reassign':
      return takeReassign(turn, event);
    case 'snooze':
      return takeSnooze(turn, event);
    case 'summon':
      return takeSummon(turn, event);
    case 'severity':
      return takeSeverity(turn, event);
    case 'begun':
      return takeBegun(turn, event);
    case 'layer-resolved':
      return takeResolved(turn, event);
    case 'delivered':
      return takeDelivered(turn, event);
    case 'receipt-failed':
      return takeReceiptFailed(turn, event);
    case 'withdrawn':
      settle(turn, event.effectId);
      return;
    case 'logged':
      return takeLogged(turn, event);
    case 'closed':
      return takeClosed(turn, event);
    case 'close-refused':
      return takeCloseRefused(turn, event);
    case 'effect-failed':
      return takeFailed(turn, event.effectId);
    case 'log-forgotten':
      return takeLogForgotten(turn, event);
    default:
      return event satisfies never;
  }
}

function takeBegun(turn: Turn, event: Extract<IncidentEvent, { kind: 'begun' }>): void {
  const effect = settle(turn, event.effectId);
  if (effect?.kind !== 'begin') return;
  const escalation = turn.state.escalations.find((one) => one.id === effect.escalationId);
  if (!escalation || escalation.policy) return;
  escalation.policy = event.policy;
  escalation.fallback = [...event.layers, event.catchAll];
  record(turn, 'escalation-started', {
    escalation: escalation.id,
    purpose: escalation.purpose,
    policy: event.policy.id,
    version: event.policy.version,
    rules: JSON.stringify(event.policy),
    severity: turn.state.counts.severity,
    members: turn.state.counts.members,
    reason: event.reason,
  });
  // Answered or closed before it began: the policy is known now, and nobody is paged by it.
  if (escalation.phase !== 'beginning') return;
  escalation.round = 1;
  escalation.layer = event.policy.layers.length > 0 ? 1 : catchAllLayer(event.policy);
  const first = escalation.fallback[escalation.layer - 1];
  if (first) tryPeople(turn, escalation, first, 'first-layer');
}

function takeResolved(turn: Turn, event: Extract<IncidentEvent, { kind: 'layer-resolved' }>): void {
  const effect = settle(turn, event.effectId);
  if (effect?.kind !== 'resolve-layer') return;
  const escalation = turn.state.escalations.find((one) => one.id === effect.escalationId);
  if (escalation?.phase !== 'resolving') return;
  tryPeople(turn, escalation, event.layer, effect.known ? 'roster-silent' : 'resolved');
}

function takeFailed(turn: Turn, effectId: string): void {
  if (!turn.state.pending.some((effect) => effect.id === effectId)) return;
  turn.state.retryAt[effectId] = turn.now + FAILED_EFFECT_RESTS_MS;
}

/**
 * What the clock alone changes. A late wake takes one step and counts from now: a layer that begins here has its whole time,
 * so that after a dark hour nobody is passed over and nobody is called for every step that was missed.
 */
function passTime(turn: Turn, escalation: EscalationState): void {
  if (turn.state.status === 'closing' || turn.state.status === 'closed') return;
  const due = escalation.until !== null && turn.now >= escalation.until;
  switch (escalation.phase) {
    case 'beginning':
      return begin(turn, escalation);
    case 'resolving':
      askForLayer(turn, escalation);
      return due ? useFallback(turn, escalation) : undefined;
    case 'trying':
      return tryOn(turn, escalation, due);
    case 'answered':
      return due ? ackTimedOut(turn, escalation) : undefined;
    case 'snoozed':
      return due ? snoozeEnded(turn, escalation) : undefined;
    case 'ended':
      return;
    default:
      return escalation.phase satisfies never;
  }
}

function begin(turn: Turn, escalation: EscalationState): void {
  // All its alerts were resolved before the incident was heard of: recorded, and nobody is paged.
  if (turn.state.counts.firing === 0) return sourceResolved(turn);
  const asked = turn.state.pending.some((one) => one.kind === 'begin' && one.escalationId === escalation.id);
  if (!asked) ask(turn, { kind: 'begin', escalationId: escalation.id, policyId: escalation.policyId, at: turn.now });
}

/**
 * The roster stayed silent. Silence is not emptiness: with nobody known from the start, the asking goes on. Who is known is
 * stored before they are paged, like everybody of a layer; where that cannot be had at once either, they are paged all the same.
 */
function useFallback(turn: Turn, escalation: EscalationState): void {
  const known = escalation.layer > 0 ? escalation.fallback[escalation.layer - 1] : assignedPerson(escalation);
  if (!known || known.people.length === 0) {
    escalation.until = turn.now + ROSTER_PATIENCE_MS;
    return;
  }
  const storing = turn.state.pending.some((one) => isAskingFor(one, escalation) && one.known);
  if (storing) return tryPeople(turn, escalation, known, 'roster-silent');
  unask(turn, (one) => isAskingFor(one, escalation));
  askForLayer(turn, escalation, known);
  escalation.until = turn.now + STORE_PATIENCE_MS;
}

function assignedPerson(escalation: EscalationState): ResolvedLayer | undefined {
  const ids = new Set(escalation.assigned.filter((one) => one.kind === 'person').map((one) => one.id));
  const known = [...escalation.everPaged, ...escalation.fallback.flatMap((layer) => layer.people)];
  const person = known.find((one) => ids.has(one.personId));
  return person ? { people: [person], gaps: [] } : undefined;
}

function tryOn(turn: Turn, escalation: EscalationState, due: boolean): void {
  const isCatchAll = escalation.policy !== null && escalation.layer === catchAllLayer(escalation.policy);
  const open = escalation.people.some((one) => one.state === 'paged');
  const { id, round, layer } = escalation;
  if (!open && !isCatchAll) {
    record(turn, 'layer-ended', { escalation: id, round, layer, reason: 'nobody-can-answer' });
    return nextLayer(turn, escalation);
  }
  if (!due) return;
  const pages = escalation.notifications.filter((one) => one.key.kind === 'page');
  const wasTried = pages.some((one) => one.reachedProvider || one.state === 'refused');
  const waiting = pages.some((one) => one.state === 'due' || one.state === 'sending');
  if (open && !wasTried && waiting && escalation.renewals < renewalsFor(escalation)) {
    // Our own path was in the way of every page: the layer has had no time yet.
    escalation.renewals += 1;
    escalation.until = turn.now + (escalation.until ?? turn.now) - escalation.since;
    escalation.since = turn.now;
    record(turn, 'layer-ended', { escalation: id, round, layer, reason: 'nobody-could-be-sent-a-page-again' });
    return;
  }
  record(turn, 'layer-ended', { escalation: id, round, layer, reason: 'time-is-up' });
  nextLayer(turn, escalation);
}

/**
 * How often a layer may get its time again: for an hour of trying, and three times at least. A path that stays shut for
 * longer may be shut for these people alone, and others must not wait for it. Dark time in which nothing was tried counts once.
 */
function renewalsFor(escalation: EscalationState): number {
  const tryForMs = Math.max((escalation.until ?? 0) - escalation.since, 1);
  return Math.max(3, Math.ceil(RENEWED_FOR_MS / tryForMs));
}

function ackTimedOut(turn: Turn, escalation: EscalationState): void {
  const { id, ownerId } = escalation;
  record(turn, 'ack-timed-out', { escalation: id, person: ownerId });
  resumeAt(turn, escalation, 0, ownerId === null ? [] : [{ kind: 'person', id: ownerId }]);
}

function snoozeEnded(turn: Turn, escalation: EscalationState): void {
  const { id, ownerId } = escalation;
  record(turn, 'snooze-ended', { escalation: id, person: ownerId });
  if (ownerId === null) return resumeAt(turn, escalation, 1);
  resumeAt(turn, escalation, 0, [{ kind: 'person', id: ownerId }]);
}

function retryEffects(turn: Turn): void {
  const { state } = turn;
  for (const effect of state.pending) {
    const at = state.retryAt[effect.id];
    if (at === undefined || at > turn.now) continue;
    delete state.retryAt[effect.id];
    turn.effects.push(effect);
  }
}

function nextWake(turn: Turn): { wakeAt: number | null; wakeReason: string } {
  const { state } = turn;
  const wakes: { at: number; why: string }[] = [];
  for (const one of state.escalations) {
    const name = one.layer === 0 ? 'assigned person' : `L${one.layer}`;
    if (one.until !== null && one.phase !== 'ended') wakes.push({ at: one.until, why: `${name} ${one.phase} ends` });
    for (const n of one.notifications) {
      if (n.state === 'due') wakes.push({ at: n.dueAt, why: `${name} ${n.channel} is due` });
    }
  }
  for (const at of Object.values(state.retryAt)) wakes.push({ at, why: 'a step is tried again' });
  const first = wakes.reduce<{ at: number; why: string } | null>((a, b) => (a && a.at <= b.at ? a : b), null);
  return { wakeAt: first?.at ?? null, wakeReason: first?.why ?? 'a message' };
}
