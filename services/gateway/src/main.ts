import { loadConfig, runService } from '@tocsin/platform';
import { gatewayEnvironment } from './config.ts';
import { createGateway } from './service.ts';

const gateway = await runService('gateway', () => {
  const env = loadConfig(gatewayEnvironment);
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
