import { loadConfig, runService } from '@tocsin/platform';
import { workerEnvironment } from './config.ts';
import { createWorker } from './service.ts';

// A worker that stopped by itself polls no more: a process that looked alive would be silence.
await runService('worker', () => createWorker(loadConfig(workerEnvironment), { onFatal: () => process.exit(1) }));
