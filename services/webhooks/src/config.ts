import { isNetwork } from '@tocsin/platform';
import { z } from 'zod';

/** What the service is told from outside. */
export const webhooksConfig = z.object({
  natsUrl: z.string().min(1),
  mongoUrl: z.url({ protocol: /^mongodb(\+srv)?$/ }),
  /** 32 bytes in base64: seals addresses and secrets. With commas, the newest first, while it is rotated. */
  masterKey: z.string().min(1),
  /** Networks that webhooks may lead into although they are private, such as `10.1.0.0/16`; plain http is for these alone. */
  allowedNetworks: z
    .array(z.string().refine(isNetwork, 'is not a network such as 10.1.0.0/16 or fd00::/8'))
    .default([]),
  /** Where people find the console: what messages link to. Absent: they have no links. */
  publicUrl: z.url({ protocol: /^https?$/ }).optional(),
  /** How long a receiver may take to answer. */
  timeoutMs: z.coerce.number().int().min(100).max(60_000).default(15_000),
  /** Between an attempt and the next; where absent, three days' worth. */
  retryDelaysMs: z.array(z.number().int().min(1)).max(50).optional(),
  logLevel: z.string().min(1).optional(),
});

export type WebhooksConfig = z.input<typeof webhooksConfig>;

const { natsUrl, mongoUrl, masterKey, allowedNetworks, publicUrl, timeoutMs, logLevel } = webhooksConfig.shape;

const list = z
  .string()
  .default('')
  .transform((text) => text.split(/[\s,]+/).filter((one) => one !== ''));

/** Between an attempt and the next. */
const seconds = z.number('is not a number of seconds').positive().max(604_800);

/** What its process is told: each variable, and what it has to be. */
export const webhooksEnvironment = z.object({
  NATS_URL: natsUrl,
  MONGODB_URL: mongoUrl,
  WEBHOOKS_MASTER_KEY: masterKey,
  WEBHOOKS_ALLOWED_NETWORKS: list.pipe(allowedNetworks.unwrap()),
  WEBHOOKS_TIMEOUT_MS: timeoutMs,
  WEBHOOKS_RETRY_SECONDS: list.transform((all) => all.map(Number)).pipe(z.array(seconds).max(50)),
  PUBLIC_URL: publicUrl,
  LOG_LEVEL: logLevel,
});
