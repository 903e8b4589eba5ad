import { loadConfig, runService } from '@tocsin/platform';
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

await runService('analytics', () => {
  const env = loadConfig(environment);
  return createAnalytics({
    natsUrl: env.NATS_URL,
    mongoUrl: env.MONGODB_URL,
    port: env.ANALYTICS_PORT,
    host: env.ANALYTICS_HOST,
    logLevel: env.LOG_LEVEL,
  });
});
