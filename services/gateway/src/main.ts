import { loadConfig, runService } from '@tocsin/platform';
import { z } from 'zod';
import { gatewayConfig, oidcProvider } from './config.ts';
import { createGateway } from './service.ts';

const {
  natsUrl,
  mongoUrl,
  port,
  host,
  publicUrl,
  masterKey,
  organisationId,
  intakeUrl,
  vapidPublicKey,
  consoleDir,
  trustedProxies,
  requestsPerMinute,
  strangersPerMinute,
  logLevel,
} = gatewayConfig.shape;

/** A list in JSON, such as `[{ "id": "corp", … }]`. */
const providers = z
  .string()
  .transform((text, ctx) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      ctx.addIssue({ code: 'custom', message: 'is not JSON' });
      return z.NEVER;
    }
  })
  .pipe(z.array(oidcProvider))
  .optional();

const environment = z.object({
  NATS_URL: natsUrl,
  MONGODB_URL: mongoUrl,
  GATEWAY_PORT: port,
  GATEWAY_HOST: host,
  PUBLIC_URL: publicUrl,
  GATEWAY_MASTER_KEY: masterKey,
  GATEWAY_ORGANISATION: organisationId,
  GATEWAY_OIDC: providers,
  GATEWAY_INTAKE_URL: intakeUrl,
  GATEWAY_CONSOLE: consoleDir,
  VAPID_PUBLIC_KEY: vapidPublicKey,
  GATEWAY_TRUSTED_PROXIES: z
    .string()
    .transform((text) => text.split(',').map((one) => one.trim()))
    .pipe(trustedProxies.unwrap())
    .optional(),
  GATEWAY_REQUESTS_PER_MINUTE: requestsPerMinute,
  GATEWAY_STRANGERS_PER_MINUTE: strangersPerMinute,
  LOG_LEVEL: logLevel,
});

const gateway = await runService('gateway', () => {
  const env = loadConfig(environment);
  return createGateway({
    natsUrl: env.NATS_URL,
    mongoUrl: env.MONGODB_URL,
    port: env.GATEWAY_PORT,
    host: env.GATEWAY_HOST,
    publicUrl: env.PUBLIC_URL,
    masterKey: env.GATEWAY_MASTER_KEY,
    organisationId: env.GATEWAY_ORGANISATION,
    oidc: env.GATEWAY_OIDC,
    intakeUrl: env.GATEWAY_INTAKE_URL,
    consoleDir: env.GATEWAY_CONSOLE,
    vapidPublicKey: env.VAPID_PUBLIC_KEY,
    trustedProxies: env.GATEWAY_TRUSTED_PROXIES,
    requestsPerMinute: env.GATEWAY_REQUESTS_PER_MINUTE,
    strangersPerMinute: env.GATEWAY_STRANGERS_PER_MINUTE,
    logLevel: env.LOG_LEVEL,
  });
});
// For whoever stands at the terminal, and not for the log: the link is a credential.
if (gateway?.setupLink) process.stderr.write(`set up the first user at ${gateway.setupLink}\n`);
