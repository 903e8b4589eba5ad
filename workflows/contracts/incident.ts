import type { Counts, Decision, IncidentEvent, IncidentState } from '@tocsin/domain';

/** The workflow that lives an incident's life. One for each open incident. */
export const INCIDENT_WORKFLOW = 'incident';

/** Carries the W3C `traceparent` with starts, signals, turns and activities; it is there whether or not traces are recorded. */
export const TRACE_HEADER = 'traceparent';

/** Newer counts of the incident's alerts; what is not newer is ignored. */
export const ALERTS_SIGNAL = 'alerts';
export interface AlertsSignal {
  counts: Counts;
}

/** Any event: an answer, a command, a receipt that failed. The same event twice is once. */
export const EVENT_SIGNAL = 'event';
export interface EventMessage {
  event: IncidentEvent;
}

/**
 * What was decided on the answer or command with this id; null where it was not heard. Asked after its signal, which it is
 * answered behind. Not one update in place of both: see docs/adr/0009.
 */
export const DECISION_QUERY = 'decision';
export type DecisionAnswer = Decision | null;

/** Where a run stands, for whoever looks after it from outside. A query leaves nothing in the history. */
export const PROGRESS_QUERY = 'progress';
export interface Progress {
  /** The version of the newest counts that it has heard. */
  heardVersion: number;
  /** When it wakes by itself, in milliseconds since the epoch; null: only a message can change anything. */
  wakeAt: number | null;
  /** Its life, and the number of the next entry that it will log in it. */
  epoch: number;
  nextEntry: number;
  /** The newest of its entries that `incidents` took; null while some wait, or it closes. Absent in runs of before it was told. */
  logged?: number | null;
}

/** All that a run begins with: the state is whole, and is carried from run to run. */
export interface IncidentInput {
  state: IncidentState;
  /** History length after which the workflow goes on in a new run; 2,000 where absent. */
  turnAfterEvents?: number;
}

/** Opaque: an incident's id says nothing of what it is about. */
export function incidentWorkflowId(incidentId: string): string {
  return `incident/${incidentId}`;
}

/** Keywords on the workflow, for an operator's list. Never personal data: they are stored in plain text. */
export const SEARCH_ATTRIBUTES = {
  severity: 'TocsinSeverity',
  team: 'TocsinTeam',
  state: 'TocsinState',
} as const;
