import type { Counts, EscalationState, IncidentState } from './plan-types.ts';
import { urgencyOf } from './severity.ts';

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
  /** Larger than that of every life that the incident had before. */
  epoch: number;
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
    epoch: facts.epoch,
    nextEntry: 1,
    nextEffect: 1,
    decided: [],
  };
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
