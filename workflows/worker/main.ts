import { loadConfig } from '@tocsin/platform';
import { workerEnvironment } from './config.ts';
import { createWorker } from './service.ts';

// A worker that stopped by itself polls no more: a process that looked alive would be silence.
const worker = createWorker(loadConfig(workerEnvironment), { onFatal: () => process.exit(1) });
await worker.start();
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    worker.stop().finally(() => process.exit(0));
  });
}
