import { z } from 'zod';

export const rosterConfig = z.object({
  natsUrl: z.string().min(1),
  mongoUrl: z.string().min(1),
  /** 32 bytes, base64: wraps the key of every person. */
  masterKey: z.string().min(1),
  logLevel: z.string().default('info'),
});

export type RosterConfig = z.input<typeof rosterConfig>;

export const rosterEnvironment = z
  .object({
    NATS_URL: z.string().min(1),
    MONGODB_URL: z.string().min(1),
    ROSTER_MASTER_KEY: z.string().min(1),
    LOG_LEVEL: z.string().default('info'),
  })
  .transform((env) => ({
    natsUrl: env.NATS_URL,
    mongoUrl: env.MONGODB_URL,
    masterKey: env.ROSTER_MASTER_KEY,
    logLevel: env.LOG_LEVEL,
  }));
