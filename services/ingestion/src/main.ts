import { createLogger, loadConfig } from '@tocsin/platform';
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

async function main(): Promise<void> {
  const env = loadConfig(environment);
  const log = createLogger('ingestion', env.LOG_LEVEL);
  const ingestion = createIngestion(
    {
      natsUrl: env.NATS_URL,
      mongoUrl: env.MONGODB_URL,
      port: env.INGESTION_PORT,
      host: env.INGESTION_HOST,
      logLevel: env.LOG_LEVEL,
      maxBodyBytes: env.INGESTION_MAX_BODY_BYTES,
      retentionDays: env.INGESTION_RETENTION_DAYS,
    },
    { log },
  );
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void ingestion.stop().then(() => process.exit(0)));
  }
  await ingestion.start();
}

main().catch((err) => {
  createLogger('ingestion').fatal({ err }, 'ingestion cannot start');
  process.exitCode = 1;
});
