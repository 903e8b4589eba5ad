import { loadConfig, runService } from '@tocsin/platform';
import { rosterEnvironment } from './config.ts';
import { createRoster } from './service.ts';

await runService('roster', () => {
  const env = loadConfig(rosterEnvironment);
  return createRoster({
    natsUrl: env.NATS_URL,
    mongoUrl: env.MONGODB_URL,
    masterKey: env.ROSTER_MASTER_KEY,
    logLevel: env.LOG_LEVEL,
  });
});
