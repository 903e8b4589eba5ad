import { loadConfig } from '@tocsin/platform';
import { rosterEnvironment } from './config.ts';
import { createRoster } from './service.ts';

const roster = createRoster(loadConfig(rosterEnvironment));
await roster.start();
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    roster.stop().finally(() => process.exit(0));
  });
}
