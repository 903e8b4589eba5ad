export { workflowBundle } from './bundle.ts';
export type { WorkerConfig } from './config.ts';
export { createWorker, type WorkerOverrides, type WorkerService } from './service.ts';
