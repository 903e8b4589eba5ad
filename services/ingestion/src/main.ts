import { loadConfig, runService } from '@tocsin/platform';
import { ingestionEnvironment } from './config.ts';
import { createIngestion } from './service.ts';

await runService('ingestion', () => {
  const env = loadConfig(ingestionEnvironment);
  return createIngestion({
    natsUrl: env.NATS_URL,
    mongoUrl: env.MONGODB_URL,
    port: env.INGESTION_PORT,
    host: env.INGESTION_HOST,
    logLevel: env.LOG_LEVEL,
    maxBodyBytes: env.INGESTION_MAX_BODY_BYTES,
    retentionDays: env.INGESTION_RETENTION_DAYS,
  });
});
