export type * from './escalation-types.ts';
export { type IncidentFacts, newIncident, restoreIncident } from './incident-state.ts';
export {
  DIMENSIONS,
  type Dimension,
  KPIS,
  type KpiDefinition,
  type KpiId,
  kpiNamed,
} from './kpi-catalogue.ts';
export { foldKpis, KPI_RULES, noKpis } from './kpi-fold.ts';
export { type Statistics, statistics } from './kpi-statistics.ts';
export {
  ANSWERED,
  type Deliveries,
  type IncidentKpis,
  type Interruption,
  type KpiEntry,
  type PageOutcome,
  QUARTER_MS,
} from './kpi-types.ts';
export { ladder } from './ladder.ts';
export { catchAllLayer, ROSTER_PATIENCE_MS } from './layers.ts';
export { PEOPLE_PER_DELIVERY } from './notifications.ts';
export { decisionOf, isDone, plan } from './plan.ts';
export type * from './plan-types.ts';
export { isWorse, severityRank, urgencyOf } from './severity.ts';
