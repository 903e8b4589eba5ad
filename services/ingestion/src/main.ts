import { loadConfig, runService } from '@tocsin/platform';
import { z } from 'zod';
import { ingestionConfig } from './config.ts';
import { createIngestion } from './service.ts';

const { natsUrl, mongoUrl, port, host, logLevel, maxBodyBytes, retentionDays } = ingestionConfig.shape;
const environment = z.object({
  NATS_URL: natsUrl,
  MONGODB_URL: mongoUrl,
  INGESTION_PORT: port,
  INGESTION_HOST: host,
  LOG_LEVEL: logLevel,
  INGESTION_MAX_BODY_BYTES: maxBodyBytes,
  INGESTION_RETENTION_DAYS: retentionDays,
});

await runService('ingestion', () => {
  const env = loadConfig(environment);
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
