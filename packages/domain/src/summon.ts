import { decideOnce } from './decide-once.ts';
import type { Policy, Target } from './escalation-types.ts';
import { newEscalation } from './incident-state.ts';
import { beginLayer, SUPPORT } from './layers.ts';
import type { IncidentEvent } from './plan-types.ts';
import { record, type Turn } from './turn.ts';

/** So many times somebody may be added to one incident: each is an escalation that its state carries. */
const MOST = 20;
const TRY_FOR_MS = 5 * 60_000;

/**
 * Pages somebody besides, and takes the incident from nobody: an escalation of its own with one layer, for as long as the response
 * tries its first. It has no catch-all: who was added and does not answer is let be, and the owner hears of it.
 */
export function takeSummon(turn: Turn, event: Extract<IncidentEvent, { kind: 'summon' }>): void {
  decideOnce(turn, event.id, 'response', (response) => {
    const { state } = turn;
    const n = state.escalations.length;
    if (n > MOST) return { outcome: 'over', reason: 'too-many-added' };
    const policy = supportPolicy(event.target, response.policy?.layers[0]?.tryForMs ?? TRY_FOR_MS);
    const escalation = { ...newEscalation(`${SUPPORT}-${n}`, policy.id, turn.now), purpose: SUPPORT, policy };
    state.escalations.push(escalation);
    record(turn, 'summoned', {
      escalation: escalation.id,
      purpose: SUPPORT,
      answer: event.id,
      person: event.personId,
      target: `${event.target.kind} ${event.target.id}`,
      rules: JSON.stringify(policy),
    });
    beginLayer(turn, escalation, 1, 1);
    return { outcome: 'done', reason: 'summoned' };
  });
}

function supportPolicy(target: Target, tryForMs: number): Policy {
  const layers = [{ targets: [target], tryForMs }];
  return { id: SUPPORT, version: '1', layers, rounds: 1, catchAll: [], catchAllEveryMs: tryForMs, ackTimeoutMs: 0 };
}
