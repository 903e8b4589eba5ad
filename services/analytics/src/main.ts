import { createLogger, loadConfig } from '@tocsin/platform';
import { z } from 'zod';
import { analyticsConfig } from './config.ts';
import { createAnalytics } from './service.ts';

const { natsUrl, mongoUrl, port, host, logLevel } = analyticsConfig.shape;
const environment = z.object({
  NATS_URL: natsUrl,
  MONGODB_URL: mongoUrl,
  ANALYTICS_PORT: port,
  ANALYTICS_HOST: host,
  LOG_LEVEL: logLevel,
});

async function main(): Promise<void> {
  const env = loadConfig(environment);
  const analytics = createAnalytics({
    natsUrl: env.NATS_URL,
    mongoUrl: env.MONGODB_URL,
    port: env.ANALYTICS_PORT,
    host: env.ANALYTICS_HOST,
    logLevel: env.LOG_LEVEL,
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void analytics.stop().then(() => process.exit(0)));
  }
  await analytics.start();
}

main().catch((err) => {
  createLogger('analytics').fatal({ err }, 'analytics cannot start');
  process.exitCode = 1;
});
