import { z } from 'zod';

/** What the roster is told from outside. */
export const rosterConfig = z.object({
  natsUrl: z.string().min(1),
  mongoUrl: z.url({ protocol: /^mongodb(\+srv)?$/ }),
  /** 32 bytes in base64; with commas, the newest first, while it is rotated. */
  masterKey: z.string().min(1),
  logLevel: z.string().min(1).optional(),
});

export type RosterConfig = z.infer<typeof rosterConfig>;

const { natsUrl, mongoUrl, masterKey, logLevel } = rosterConfig.shape;
/** What its process is told: each variable, and what it has to be. */
export const rosterEnvironment = z.object({
  NATS_URL: natsUrl,
  MONGODB_URL: mongoUrl,
  ROSTER_MASTER_KEY: masterKey,
  LOG_LEVEL: logLevel,
});
