import type { EscalationState, IncidentEvent } from './plan-types.ts';
import { record, type Turn } from './turn.ts';

/**
 * The store was restored from a backup and has forgotten entries that it once took: what they were is gone, and where the
 * escalations stand is put on record anew, so that whoever reads the log, or makes this life again from it, stands there too.
 */
export function takeLogForgotten(turn: Turn, event: Extract<IncidentEvent, { kind: 'log-forgotten' }>): void {
  for (const escalation of turn.state.escalations) {
    if (escalation.policy && escalation.phase !== 'ended') standAnew(turn, escalation, event.wasBegun);
  }
}

function standAnew(turn: Turn, escalation: EscalationState, wasBegun: boolean): void {
  const { id, purpose, policy, phase, round, layer, ownerId, since, until, everPaged } = escalation;
  const { state } = turn;
  if (!wasBegun && policy) {
    const { id: policyId, version } = policy;
    const { severity, members } = state.counts;
    const reason = 'the-store-was-restored';
    const begun = { policy: policyId, version, rules: JSON.stringify(policy), severity, members, reason };
    record(turn, 'escalation-started', { escalation: id, purpose, ...begun });
  }
  record(turn, 'entries-left-out', {
    escalation: id,
    through: turn.now,
    entries: 0,
    layers: 0,
    pages: 0,
    people: everPaged.map(({ personId }) => personId),
    round,
    layer,
    reason: 'the-store-was-restored',
  });
  const stood = { escalation: id, answer: '', person: ownerId ?? '', round, layer, until };
  if (phase === 'answered' && ownerId !== null) {
    record(turn, 'accepted', { ...stood, channel: 'console', afterMs: since - state.openedAt }, since);
  } else if (phase === 'snoozed') record(turn, 'snoozed', stood, since);
}
