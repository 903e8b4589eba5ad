import { createLogger, loadConfig } from '@tocsin/platform';
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

async function main(): Promise<void> {
  const env = loadConfig(environment);
  const roster = createRoster({
    natsUrl: env.NATS_URL,
    mongoUrl: env.MONGODB_URL,
    masterKey: env.ROSTER_MASTER_KEY,
    logLevel: env.LOG_LEVEL,
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void roster.stop().then(() => process.exit(0)));
  }
  await roster.start();
}

main().catch((err) => {
  createLogger('roster').fatal({ err }, 'roster cannot start');
  process.exitCode = 1;
});
