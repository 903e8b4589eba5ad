export type { IncidentsConfig } from './config.ts';
export type { WorkflowPort } from './courier/workflow-port.ts';
export { createIncidents, type IncidentsOverrides, type IncidentsService } from './service.ts';
export { provisionStore } from './store/collections.ts';
