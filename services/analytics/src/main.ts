import { loadConfig, runService } from '@tocsin/platform';
import { analyticsEnvironment } from './config.ts';
import { createAnalytics } from './service.ts';

await runService('analytics', () => {
  const env = loadConfig(analyticsEnvironment);
  return createAnalytics({
    natsUrl: env.NATS_URL,
    mongoUrl: env.MONGODB_URL,
    port: env.ANALYTICS_PORT,
    host: env.ANALYTICS_HOST,
    logLevel: env.LOG_LEVEL,
  });
});
