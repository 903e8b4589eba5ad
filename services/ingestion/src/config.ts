import { z } from 'zod';

const engineUrl = (protocol: RegExp) => z.url({ protocol });

/** What ingestion is told from outside. */
export const ingestionConfig = z.object({
  natsUrl: z.string().min(1),
  mongoUrl: engineUrl(/^mongodb(\+srv)?$/),
  /** 0: any free one. */
  port: z.coerce.number().int().min(0).max(65_535),
  host: z.string().min(1).optional(),
  logLevel: z.string().min(1).optional(),
  maxBodyBytes: z.coerce
    .number()
    .int()
    .min(1_024)
    .max(8 * 1024 * 1024)
    .optional(),
  /** How long envelopes and decided alerts are kept. */
  retentionDays: z.coerce.number().int().min(1).max(3_650).optional(),
});

export type IngestionConfig = z.infer<typeof ingestionConfig>;

export const DEFAULT_MAX_BODY_BYTES = 1024 * 1024;
export const DEFAULT_RETENTION_DAYS = 400;

const { natsUrl, mongoUrl, port, host, logLevel, maxBodyBytes, retentionDays } = ingestionConfig.shape;
/** What its process is told: each variable, and what it has to be. */
export const ingestionEnvironment = z.object({
  NATS_URL: natsUrl,
  MONGODB_URL: mongoUrl,
  INGESTION_PORT: port,
  INGESTION_HOST: host,
  LOG_LEVEL: logLevel,
  INGESTION_MAX_BODY_BYTES: maxBodyBytes,
  INGESTION_RETENTION_DAYS: retentionDays,
});
