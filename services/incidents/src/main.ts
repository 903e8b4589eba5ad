import { loadConfig } from '@tocsin/platform';
import { incidentsEnvironment } from './config.ts';
import { createIncidents } from './service.ts';

const incidents = createIncidents(loadConfig(incidentsEnvironment));
await incidents.start();
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    incidents.stop().finally(() => process.exit(0));
  });
}
