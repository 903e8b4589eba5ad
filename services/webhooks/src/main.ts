import { loadConfig, runService } from '@tocsin/platform';
import { z } from 'zod';
import { webhooksConfig } from './config.ts';
import { createWebhooks } from './service.ts';

const { natsUrl, mongoUrl, masterKey, allowedNetworks, publicUrl, timeoutMs, logLevel } = webhooksConfig.shape;

const list = z
  .string()
  .default('')
  .transform((text) => text.split(/[\s,]+/).filter((one) => one !== ''));

/** Between an attempt and the next. */
const seconds = z.number('is not a number of seconds').positive().max(604_800);

const environment = z.object({
  NATS_URL: natsUrl,
  MONGODB_URL: mongoUrl,
  WEBHOOKS_MASTER_KEY: masterKey,
  WEBHOOKS_ALLOWED_NETWORKS: list.pipe(allowedNetworks.unwrap()),
  WEBHOOKS_TIMEOUT_MS: timeoutMs,
  WEBHOOKS_RETRY_SECONDS: list.transform((all) => all.map(Number)).pipe(z.array(seconds).max(50)),
  PUBLIC_URL: publicUrl,
  LOG_LEVEL: logLevel,
});

await runService('webhooks', () => {
  const env = loadConfig(environment);
  const retryDelaysMs = env.WEBHOOKS_RETRY_SECONDS.map((one) => Math.round(one * 1_000));
  return createWebhooks({
    natsUrl: env.NATS_URL,
    mongoUrl: env.MONGODB_URL,
    masterKey: env.WEBHOOKS_MASTER_KEY,
    allowedNetworks: env.WEBHOOKS_ALLOWED_NETWORKS,
    timeoutMs: env.WEBHOOKS_TIMEOUT_MS,
    ...(retryDelaysMs.length > 0 ? { retryDelaysMs } : {}),
    publicUrl: env.PUBLIC_URL,
    logLevel: env.LOG_LEVEL,
  });
});
