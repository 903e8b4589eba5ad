import {
  busProbe,
  connectMongo,
  connectNats,
  consume,
  consumers,
  createClient,
  createGuard,
  createLifecycle,
  createLogger,
  createMongoFactStore,
  createPost,
  createTelemetry,
  createTeller,
  keepRenewed,
  type Logger,
  type Resolve,
  serve,
  services,
  storeProbe,
  type Telemetry,
} from '@tocsin/platform';
import type { WebhooksConfig } from './config.ts';
import { RETRY_DELAYS_MS } from './core/schedule.ts';
import { createSender } from './delivery/sender.ts';
import { SEND, type SendSettings } from './delivery/settings.ts';
import { createIntake } from './intake/intake.ts';
import { watchDeliveries } from './metrics.ts';
import { createHandlers } from './requests/handlers.ts';
import { checkMasterKey } from './store/check-master-key.ts';
import { collectionsOf, ensureIndexes } from './store/collections.ts';
import { renewSealed } from './store/renew-sealed.ts';
import { createVault } from './store/sealed.ts';
import { disableWebhook } from './subscriptions/disable-webhook.ts';

export interface WebhooksOverrides {
  log?: Logger;
  /** Looks names up. */
  resolve?: Resolve;
  send?: Partial<SendSettings>;
}

export interface Webhooks {
  /** Answers requests and sends once it resolves. Rejects where an engine is away or the master key is not the right one. */
  start(): Promise<void>;
  /** Finishes what it took, closes. */
  stop(): Promise<void>;
  readonly telemetry: Telemetry;
}

/** More than a request with its answer can take. */
const LEASE_PER_TIMEOUT = 2;
/** Of an answer only its status counts. */
const ANSWER_BYTES = 16_384;

/** Tells what happens to whoever subscribed, signed, until they have it. Any number of replicas. */
export function createWebhooks(config: WebhooksConfig, overrides: WebhooksOverrides = {}): Webhooks {
  const log = overrides.log ?? createLogger('webhooks', config.logLevel);
  const telemetry = createTelemetry('webhooks');
  const lifecycle = createLifecycle(log);
  const timeoutMs = Number(config.timeoutMs ?? 15_000);
  const settings: SendSettings = {
    ...SEND,
    retryDelaysMs: config.retryDelaysMs ?? RETRY_DELAYS_MS,
    timeoutMs,
    leaseMs: timeoutMs * LEASE_PER_TIMEOUT,
    ...overrides.send,
  };

  async function open(): Promise<void> {
    const vault = createVault(config.masterKey);
    const guard = createGuard(config.allowedNetworks ?? [], overrides.resolve);
    const { client, db } = await connectMongo(config.mongoUrl);
    lifecycle.add('store', () => client.close());
    telemetry.health.needs('store', storeProbe(db));
    const collections = collectionsOf(db);
    await checkMasterKey(vault, collections);
    await ensureIndexes(collections);
    if (vault.isRotating)
      lifecycle.add('renewal of keys', keepRenewed(() => renewSealed(vault, collections), log).stop);
    const store = createMongoFactStore(collections.facts);
    await store.ensure();
    const nc = await connectNats(config.natsUrl, telemetry);
    lifecycle.add('bus', () => nc.close());
    telemetry.health.needs('nats', busProbe(nc));
    watchDeliveries(telemetry.metrics, collections);

    const teller = createTeller({ nc, store, log });
    lifecycle.add('teller', teller.stop);
    const disabling = { client, collections, log, nudgeTeller: teller.nudge };
    const sender = createSender({
      collections,
      vault,
      post: createPost({ guard, answerBytes: ANSWER_BYTES, longer: 'is-cut' }),
      log,
      settings,
      metrics: telemetry.metrics,
      disable: (webhook, because) => disableWebhook(disabling, webhook, because),
    });
    lifecycle.add('sender', sender.stop);
    const intake = createIntake({
      collections,
      incidents: createClient(nc, services.incidents),
      publicUrl: config.publicUrl,
      log,
      nudge: sender.nudge,
    });
    const taking = await consume(nc, consumers.webhooksIntake, intake, { log });
    lifecycle.add(consumers.webhooksIntake.durable, taking.stop);
    const handlers = createHandlers({ collections, vault, guard, log, nudge: sender.nudge });
    lifecycle.add('requests', serve(nc, services.webhooks, handlers, { log }).stop);
    await nc.flush();
  }

  return {
    async start() {
      try {
        await open();
      } catch (error) {
        await lifecycle.stop();
        throw error;
      }
      log.info('webhooks answers');
    },
    stop: lifecycle.stop,
    telemetry,
  };
}
