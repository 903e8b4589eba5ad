export { type ChatAddress, parseChatAddress } from './chat-address.ts';
export { type DryMoment, type DryRun, type DryRunOptions, dryRun } from './dry-run.ts';
export type * from './escalation-types.ts';
export { type IncidentFacts, newIncident } from './incident-state.ts';
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
export type * from './ladder/ladder-types.ts';
export { ladderView } from './ladder/ladder-view.ts';
export { catchAllLayer, ROSTER_PATIENCE_MS } from './layers.ts';
export { PEOPLE_PER_DELIVERY } from './notifications.ts';
export { outline } from './outline.ts';
export type { StoredLayer } from './paged-people.ts';
export { decisionOf, isDone, plan } from './plan.ts';
export type * from './plan-types.ts';
export { type PushAddress, parsePushAddress, pushAddressOf } from './push-address.ts';
export { type DecidedAnswer, type Kept, restoreIncident } from './restore-incident.ts';
export { isWorse, SEVERITIES, type SeverityWord, severityGiven, severityRank, urgencyOf } from './severity.ts';
export { severityOf } from './turn.ts';
