import type { Policy, Severity } from './escalation-types.ts';
import type { Counts, Decision, EscalationState, IncidentState, LogEntry } from './plan-types.ts';
import { resumePoint } from './resume-point.ts';
import { type SeverityWord, urgencyOf } from './severity.ts';
import { severityOf } from './turn.ts';

/** What is known of an incident when its workflow is first told of it. */
export interface IncidentFacts {
  incidentId: string;
  number: string;
  organisationId: string;
  teamId: string;
  policyId: string;
  drill: boolean;
  /** Milliseconds since the epoch. */
  openedAt: number;
  counts: Counts;
}

/** The state in which an incident's life begins: one escalation, for the response. */
export function newIncident(facts: IncidentFacts): IncidentState {
  return {
    rules: 1,
    incidentId: facts.incidentId,
    number: facts.number,
    organisationId: facts.organisationId,
    teamId: facts.teamId,
    drill: facts.drill,
    openedAt: facts.openedAt,
    counts: facts.counts,
    urgency: urgencyOf(facts.counts.severity),
    status: 'open',
    escalations: [newEscalation('response', facts.policyId, facts.openedAt)],
    pending: [],
    retryAt: {},
    log: [],
    epoch: 0,
    nextEntry: 1,
    nextEffect: 1,
    decided: [],
  };
}

/**
 * The state of an incident whose workflow was lost, made from its log. It takes up the layer it was in: that layer's pages get
 * the keys they had, so that what was sent is found sent. An answer stands; a snooze and an acknowledgement's time-out end when
 * they would have.
 */
export function restoreIncident(facts: IncidentFacts, entries: LogEntry[]): IncidentState {
  const state = newIncident(facts);
  const [escalation] = state.escalations;
  if (!escalation || entries.length === 0) return state;
  // Entries of the life before may still be on their way; ids of this one must not be theirs.
  state.epoch = entries.length;
  state.decided = entries.flatMap(decisionIn);
  state.word = wordIn(entries);
  state.urgency = urgencyOf(severityOf(state));
  state.escalations.push(...supportIn(entries));
  const started = entries.find((entry) => entry.kind === 'escalation-started');
  if (!started) return state;
  escalation.policy = JSON.parse(text(started, 'rules')) as Policy;
  const point = resumePoint(entries.filter((entry) => (entry.data.escalation ?? escalation.id) === escalation.id));
  Object.assign(escalation, point.escalation);
  state.status = point.escalation.ownerId === null ? 'open' : 'acknowledged';
  return state;
}

/** An escalation that has not begun: an id that is its purpose, and the policy to begin with. */
export function newEscalation(id: string, policyId: string, since: number): EscalationState {
  return {
    id,
    purpose: id,
    policyId,
    policy: null,
    phase: 'beginning',
    round: 0,
    layer: 0,
    pass: 1,
    pagedLayers: 0,
    renewals: 0,
    rejected: [],
    assigned: [],
    since,
    until: null,
    people: [],
    notifications: [],
    fallback: [],
    repeats: {},
    everPaged: [],
    ownerId: null,
  };
}

const OUTCOMES: Partial<Record<LogEntry['kind'], Decision['outcome']>> = {
  accepted: 'yours',
  rejected: 'rejected',
  escalated: 'escalated',
  reassigned: 'done',
  snoozed: 'done',
  summoned: 'done',
  'severity-set': 'done',
};

function decisionIn(entry: LogEntry): { id: string; decision: Decision }[] {
  const outcome = OUTCOMES[entry.kind];
  const id = entry.data.answer;
  if (!outcome || typeof id !== 'string') return [];
  const ownerId = entry.kind === 'accepted' ? text(entry, 'person') : null;
  const round = typeof entry.data.round === 'number' ? entry.data.round : 0;
  return [
    { id, decision: { outcome, ownerId, escalationId: text(entry, 'escalation'), round, reason: 'from-the-log' } },
  ];
}

/** Those who were added, as far as their own entries tell. A close that was refused ended their paging. */
function supportIn(entries: LogEntry[]): EscalationState[] {
  return entries.flatMap((entry, at) => {
    if (entry.kind !== 'summoned') return [];
    const id = text(entry, 'escalation');
    const policy = JSON.parse(text(entry, 'rules')) as Policy;
    const own = entries.filter((one) => one.data.escalation === id);
    const { escalation: point } = resumePoint(own);
    const ended =
      own.some((one) => one.kind === 'summon-ended') ||
      (point.ownerId === null && entries.slice(at).some((one) => one.kind === 'close-refused'));
    const support = { ...newEscalation(id, policy.id, entry.at), ...point, purpose: text(entry, 'purpose'), policy };
    return [ended && point.ownerId === null ? { ...support, phase: 'ended' as const, until: null } : support];
  });
}

/** What a person said of the severity last. */
function wordIn(entries: LogEntry[]): SeverityWord | null {
  const said = entries.findLast((entry) => entry.kind === 'severity-set');
  if (!said) return null;
  return {
    severity: text(said, 'to') as Severity,
    over: text(said, 'over') as Severity,
    personId: text(said, 'person'),
  };
}

function text(entry: LogEntry, field: string): string {
  const value = entry.data[field];
  return typeof value === 'string' ? value : '';
}
