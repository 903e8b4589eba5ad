import type { Decision, EscalationState } from './plan-types.ts';
import type { Turn } from './turn.ts';

/** Decisions that are remembered, so that the second time an answer comes it hears the first decision. */
const REMEMBERED = 200;

export interface Said {
  outcome: Decision['outcome'];
  reason: string;
}

/** Decides on an answer or a command once, and remembers it. Over is over: of what closes or is closed nothing is decided. */
export function decideOnce(
  turn: Turn,
  id: string,
  escalationId: string,
  decide: (escalation: EscalationState) => Said,
): void {
  const { state } = turn;
  if (state.decided.some((one) => one.id === id)) return;
  const escalation = state.escalations.find((one) => one.id === escalationId);
  const over = !escalation || state.status === 'closing' || state.status === 'closed';
  // The round before the decision: what the decision ends. What it begins has a newer one.
  const round = escalation?.round ?? 0;
  const said: Said = over ? { outcome: 'over', reason: 'closed' } : decide(escalation);
  const decision: Decision = { ...said, ownerId: escalation?.ownerId ?? null, escalationId, round };
  state.decided.push({ id, decision });
  if (state.decided.length > REMEMBERED) state.decided.shift();
}
