import { loadConfig } from '@tocsin/platform';
import { workerEnvironment } from './config.ts';
import { createWorker } from './service.ts';

const worker = createWorker(loadConfig(workerEnvironment), { onFatal: () => process.exit(1) });
await worker.start();
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    worker.stop().finally(() => process.exit(0));
  });
}
