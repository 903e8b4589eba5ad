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
