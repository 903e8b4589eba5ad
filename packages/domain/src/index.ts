export type * from './escalation-types.ts';
export { type IncidentFacts, newIncident, restoreIncident } from './incident-state.ts';
export { ladder } from './ladder.ts';
export { catchAllLayer, ROSTER_PATIENCE_MS } from './layers.ts';
export { PEOPLE_PER_DELIVERY } from './notifications.ts';
export { decisionOf, isDone, plan } from './plan.ts';
export type * from './plan-types.ts';
export { isWorse, severityRank, urgencyOf } from './severity.ts';
