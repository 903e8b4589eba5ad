import type { Policy, ResolvedLayer, Target } from './escalation-types.ts';
import { dropPages, planNews, planPage, rulesFor } from './notifications.ts';
import type { Effect, EscalationState } from './plan-types.ts';
import { ask, channelsOf, record, type Turn, unask } from './turn.ts';

/** How long the roster may stay silent before the people resolved at the start are used. */
export const ROSTER_PATIENCE_MS = 10_000;

/** How long those people wait to be stored before they are paged. */
export const STORE_PATIENCE_MS = 2_000;

/** The purpose of an escalation by which somebody is added to an incident. */
export const SUPPORT = 'support';

export function isSupport({ purpose }: Pick<EscalationState, 'purpose'>): boolean {
  return purpose === SUPPORT;
}

/** The layer number of the catch-all. */
export function catchAllLayer(policy: Policy): number {
  return policy.layers.length + 1;
}

/** Begins a layer: asks who it is now, and waits. `round` must be new wherever the pages of the last one were withdrawn. */
export function beginLayer(turn: Turn, escalation: EscalationState, round: number, layer: number): void {
  leaveLayer(turn, escalation);
  escalation.phase = 'resolving';
  escalation.round = Math.max(round, escalation.fresh?.round ?? 0);
  escalation.layer = layer;
  escalation.since = turn.now;
  escalation.until = turn.now + ROSTER_PATIENCE_MS;
  askForLayer(turn, escalation);
}

/** Asks who the layer is, unless that is being asked already; with `known`, only that these people be stored as the layer's. */
export function askForLayer(turn: Turn, escalation: EscalationState, known?: ResolvedLayer): void {
  const { id: escalationId, round, layer } = escalation;
  if (turn.state.pending.some((one) => isAskingFor(one, escalation))) return;
  const targets = targetsOf(escalation);
  ask(turn, { kind: 'resolve-layer', escalationId, round, layer, targets, at: turn.now, ...(known ? { known } : {}) });
}

export function isAskingFor(
  effect: Effect,
  escalation: EscalationState,
): effect is Extract<Effect, { kind: 'resolve-layer' }> {
  return effect.kind === 'resolve-layer' && effect.escalationId === escalation.id;
}

/** Who the running layer is made of is known: everybody is paged at once, or the next layer begins. */
export function tryPeople(turn: Turn, escalation: EscalationState, resolved: ResolvedLayer, because: string): void {
  const policy = escalation.policy;
  if (!policy) return;
  unask(turn, (effect) => isAskingFor(effect, escalation));
  const { id, round, layer, pass } = escalation;
  const isCatchAll = layer === catchAllLayer(policy);
  const people = isCatchAll
    ? resolved.people
    : resolved.people.filter((person) => !escalation.rejected.includes(person.personId));
  escalation.phase = 'trying';
  escalation.renewals = 0;
  escalation.since = turn.now;
  escalation.until = turn.now + tryForMs(escalation, policy);
  escalation.notifications = escalation.notifications.filter((one) => one.key.kind !== 'page');
  escalation.people = people.map((person) => ({ person, state: 'paged' }));
  for (const gap of resolved.gaps) record(turn, 'gap', { escalation: id, round, layer, target: gap });
  for (const { personId: person, because: why, reason } of resolved.passedOver ?? []) {
    record(turn, 'passed-over', { escalation: id, round, layer, person, because: why, reason });
  }
  if (people.length === 0) {
    const reason = resolved.people.length > 0 ? 'everybody-rejected-before' : 'nobody-on-call';
    record(turn, 'layer-empty', { escalation: id, round, layer, pass, reason });
    if (!isCatchAll) nextLayer(turn, escalation);
    return;
  }
  escalation.pagedLayers += 1;
  record(turn, 'layer-started', {
    escalation: id,
    round,
    layer,
    pass,
    catchAll: isCatchAll,
    people: people.map((person) => person.personId),
    because: people.map((person) => person.because),
    reason: because,
    until: escalation.until,
  });
  for (const person of people) planPage(turn, escalation, person);
  for (const paged of escalation.people) {
    if (rulesFor(paged.person, turn.state.urgency).length > 0) continue;
    paged.state = 'unreachable';
    record(turn, 'person-unreachable', {
      escalation: id,
      round,
      layer,
      person: paged.person.personId,
      reason: 'no-contact-method',
    });
  }
}

/** Goes on to the next layer, the next pass, or the catch-all; after the catch-all, to the catch-all again. */
export function nextLayer(turn: Turn, escalation: EscalationState): void {
  if (!escalation.policy) return;
  if (isSupport(escalation)) return endSupport(turn, escalation, 'nobody-answered');
  const next = placeAfter(escalation.policy, escalation);
  if (next.pass !== escalation.pass) beginPass(escalation, next.pass);
  beginLayer(turn, escalation, next.round, next.layer);
}

type Place = Pick<EscalationState, 'round' | 'layer' | 'pass'>;

/** Where an escalation goes on after a layer that nobody answered. */
export function placeAfter(policy: Policy, at: Place & Pick<EscalationState, 'pagedLayers'>): Place {
  const { round, layer, pass } = at;
  const last = policy.layers.length;
  if (layer < last) return { round, layer: layer + 1, pass };
  if (layer === last && pass < policy.rounds && at.pagedLayers > 0)
    return { round: round + 1, layer: 1, pass: pass + 1 };
  // A pass in which nobody was on call anywhere is not repeated: the catch-all is next.
  return { round: layer > last ? round + 1 : round, layer: last + 1, pass };
}

/** Takes paging up again after it was stopped: in a new round, since the pages of the old one are marked as withdrawn. */
export function resumeAt(turn: Turn, escalation: EscalationState, layer: number, assigned: Target[] = []): void {
  if (isSupport(escalation)) return endSupport(turn, escalation, 'handed-back');
  escalation.ownerId = null;
  escalation.assigned = assigned;
  turn.state.status = 'open';
  beginPass(escalation, 1);
  beginLayer(turn, escalation, escalation.round + 1, layer);
}

/** Stops paging: nothing more is sent, what rings is stopped, on every channel that was or may have been used. */
export function stopPaging(turn: Turn, escalation: EscalationState): void {
  leaveLayer(turn, escalation);
  const channels = channelsOf(escalation);
  if (channels.length === 0) return;
  const { id, round, layer } = escalation;
  ask(turn, { kind: 'withdraw', escalationId: id, throughRound: round, personId: null, layer, channels });
}

/** Who was added helps or does not: nobody else is paged for it, and the incident's owner hears that they stand alone. */
function endSupport(turn: Turn, escalation: EscalationState, reason: string): void {
  if (escalation.phase === 'ended') return;
  leaveLayer(turn, escalation);
  escalation.phase = 'ended';
  escalation.until = null;
  escalation.ownerId = null;
  record(turn, 'summon-ended', { escalation: escalation.id, reason });
  const response = turn.state.escalations.find((one) => !isSupport(one));
  if (!response || response.ownerId === null) return;
  const note = 'who was added did not answer';
  record(turn, 'owner-told', { escalation: response.id, person: response.ownerId, note });
  planNews(turn, response, response.ownerId, 'update', note);
}

function leaveLayer(turn: Turn, escalation: EscalationState): void {
  dropPages(turn, escalation, null);
  unask(turn, (effect) => isAskingFor(effect, escalation));
  escalation.people = [];
}

function beginPass(escalation: EscalationState, pass: number): void {
  escalation.pass = pass;
  escalation.pagedLayers = 0;
  escalation.rejected = [];
}

function targetsOf(escalation: EscalationState): Target[] {
  const { policy, layer } = escalation;
  if (!policy) return [];
  if (layer === 0) return escalation.assigned;
  return policy.layers[layer - 1]?.targets ?? policy.catchAll;
}

function tryForMs(escalation: EscalationState, policy: Policy): number {
  if (escalation.layer === 0) return policy.layers[0]?.tryForMs ?? policy.catchAllEveryMs;
  return policy.layers[escalation.layer - 1]?.tryForMs ?? policy.catchAllEveryMs;
}
