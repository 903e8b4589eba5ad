export type { ForIncident, LookUpActivities, PageActivities, PersistActivities } from './activities.ts';
export {
  ALERTS_SIGNAL,
  type AlertsSignal,
  ANSWER_UPDATE,
  type AnswerUpdateResult,
  EVENT_SIGNAL,
  type EventMessage,
  INCIDENT_WORKFLOW,
  type IncidentInput,
  incidentWorkflowId,
  PROGRESS_QUERY,
  type Progress,
  SEARCH_ATTRIBUTES,
} from './incident.ts';
export { ACTIVITY_TIMES, INCIDENTS_QUEUE, PAGE_CHANNELS, pageQueue } from './queues.ts';
export type { LifeSinks } from './sinks.ts';
