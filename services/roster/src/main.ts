import { loadConfig, runService } from '@tocsin/platform';
import { z } from 'zod';
import { rosterConfig } from './config.ts';
import { createRoster } from './service.ts';

const { natsUrl, mongoUrl, masterKey, logLevel } = rosterConfig.shape;
const environment = z.object({
  NATS_URL: natsUrl,
  MONGODB_URL: mongoUrl,
  ROSTER_MASTER_KEY: masterKey,
  LOG_LEVEL: logLevel,
});

await runService('roster', () => {
  const env = loadConfig(environment);
  return createRoster({
    natsUrl: env.NATS_URL,
    mongoUrl: env.MONGODB_URL,
    masterKey: env.ROSTER_MASTER_KEY,
    logLevel: env.LOG_LEVEL,
  });
});
