import type { Channel, Severity } from './escalation-types.ts';
import type { Effect, EscalationState, IncidentState, LogEntry, LogKind } from './plan-types.ts';
import { severityGiven } from './severity.ts';

/** One application of an event: a copy of the state that the rules may change, and what they want done. */
export interface Turn {
  readonly state: IncidentState;
  readonly now: number;
  readonly effects: Effect[];
}

export function openTurn(state: IncidentState, now: number): Turn {
  return { state: JSON.parse(JSON.stringify(state)) as IncidentState, now, effects: [] };
}

/** How bad the incident is: by its sources, or by a person's word. */
export function severityOf(state: Pick<IncidentState, 'counts' | 'word'>): Severity {
  return severityGiven(state.counts.severity, state.word);
}

type WithoutId<E> = E extends Effect ? Omit<E, 'id'> : never;

/** Asks for an effect: it stays in `pending` until its result came. */
export function ask(turn: Turn, effect: WithoutId<Effect>): Effect {
  const { state } = turn;
  const whole = { ...effect, id: `e${state.epoch}-${state.nextEffect}` } as Effect;
  state.nextEffect += 1;
  state.pending.push(whole);
  turn.effects.push(whole);
  return whole;
}

/** Takes an effect out of `pending`: its result came, or it is not wanted any more. Null where it was not there. */
export function settle(turn: Turn, effectId: string): Effect | null {
  const { state } = turn;
  const at = state.pending.findIndex((effect) => effect.id === effectId);
  if (at < 0) return null;
  const [effect] = state.pending.splice(at, 1);
  delete state.retryAt[effectId];
  const begun = turn.effects.findIndex((one) => one.id === effectId);
  if (begun >= 0) turn.effects.splice(begun, 1);
  return effect ?? null;
}

/** Takes all pending effects out that match: they are not wanted any more. */
export function unask(turn: Turn, matches: (effect: Effect) => boolean): void {
  for (const effect of turn.state.pending.filter(matches)) settle(turn, effect.id);
}

export function record(turn: Turn, kind: LogKind, data: LogEntry['data'], at = turn.now): void {
  const { state } = turn;
  state.log.push({ id: nextEntryId(state), kind, at, data });
}

export function nextEntryId(state: IncidentState): string {
  const id = `${state.incidentId}/${state.epoch}-${state.nextEntry}`;
  state.nextEntry += 1;
  return id;
}

/** The channels on which this escalation may have reached anybody. */
export function channelsOf(escalation: EscalationState): Channel[] {
  const used = new Set<Channel>();
  for (const person of escalation.everPaged) {
    for (const rule of [...person.high, ...person.low]) used.add(rule.channel);
  }
  return [...used].sort();
}
