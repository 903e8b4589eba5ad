export type { ForIncident, LookUpActivities, PageActivities, PersistActivities } from './activities.ts';
export {
  ALERTS_SIGNAL,
  type AlertsSignal,
  DECISION_QUERY,
  type DecisionAnswer,
  EVENT_SIGNAL,
  type EventMessage,
  INCIDENT_WORKFLOW,
  type IncidentInput,
  incidentWorkflowId,
  PROGRESS_QUERY,
  type Progress,
  SEARCH_ATTRIBUTES,
  TRACE_HEADER,
} from './incident.ts';
export { ACTIVITY_TIMES, INCIDENTS_QUEUE, PAGE_CHANNELS, pageQueue, TASK_TIMEOUT_MS } from './queues.ts';
export type { LifeSinks } from './sinks.ts';
