import { type TemporalSecurity, temporalEnvironment } from '@tocsin/platform';
import { z } from 'zod';

export const workerConfig = z.object({
  natsUrl: z.string(),
  temporalAddress: z.string(),
  temporalNamespace: z.string().default('default'),
  temporalSecurity: z.custom<TemporalSecurity>().optional(),
  logLevel: z.string().default('info'),
  /** Where Temporal's own metrics of its worker are served, as `host:port`; absent: nowhere. One a process. */
  temporalMetricsAddress: z
    .string()
    .regex(/^[^\s:/]+:\d{1,5}$/, 'is not host:port')
    .optional(),
  /** Workflows kept in memory; the rest are made again from their histories when they are needed. */
  maxCachedWorkflows: z.coerce.number().int().min(0).default(300),
});

export type WorkerConfig = z.input<typeof workerConfig>;

export const workerEnvironment = z
  .object({
    NATS_URL: z.string(),
    TEMPORAL_METRICS_ADDRESS: workerConfig.shape.temporalMetricsAddress,
    LOG_LEVEL: z.string().default('info'),
  })
  .transform((env) => ({
    natsUrl: env.NATS_URL,
    temporalMetricsAddress: env.TEMPORAL_METRICS_ADDRESS,
    logLevel: env.LOG_LEVEL,
  }))
  .and(temporalEnvironment);
