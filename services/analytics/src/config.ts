import { z } from 'zod';

/** What analytics is told from outside. */
export const analyticsConfig = z.object({
  natsUrl: z.string().min(1),
  mongoUrl: z.url({ protocol: /^mongodb(\+srv)?$/ }),
  /** Of metrics and health; 0: any free one. */
  port: z.coerce.number().int().min(0).max(65_535),
  host: z.string().min(1).optional(),
  logLevel: z.string().min(1).optional(),
});

export type AnalyticsConfig = z.infer<typeof analyticsConfig>;

const { natsUrl, mongoUrl, port, host, logLevel } = analyticsConfig.shape;
/** What its process is told: each variable, and what it has to be. */
export const analyticsEnvironment = z.object({
  NATS_URL: natsUrl,
  MONGODB_URL: mongoUrl,
  ANALYTICS_PORT: port,
  ANALYTICS_HOST: host,
  LOG_LEVEL: logLevel,
});
