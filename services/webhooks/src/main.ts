import { loadConfig, runService } from '@tocsin/platform';
import { webhooksEnvironment } from './config.ts';
import { createWebhooks } from './service.ts';

await runService('webhooks', () => {
  const env = loadConfig(webhooksEnvironment);
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
