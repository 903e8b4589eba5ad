import {
  busProbe,
  connectMongo,
  connectNats,
  consume,
  consumers,
  createClient,
  createHttpServer,
  createLifecycle,
  createLogger,
  createLoop,
  createTelemetry,
  type Logger,
  millis,
  serve,
  services,
  storeProbe,
  type Telemetry,
} from '@tocsin/platform';
import type { AnalyticsConfig } from './config.ts';
import { catchUp } from './fold/catch-up.ts';
import { foldEntries } from './fold/fold-entries.ts';
import { rebuild, rebuildFirst, remakeOutdated } from './fold/rebuild.ts';
import { createApp } from './http/app.ts';
import { createMetrics } from './http/metrics.ts';
import { createLive } from './live/live.ts';
import { createHandlers } from './requests/handlers.ts';
import { createSettings } from './requests/settings.ts';
import { createZones } from './requests/zones.ts';
import { collectionsOf, ensureIndexes } from './store/collections.ts';

export interface AnalyticsOverrides {
  log?: Logger;
  /** How long an entry may wait for the one before it until that is asked for. */
  patienceMs?: number;
}

export interface Analytics {
  /** Answers requests once it resolves. Rejects where an engine is away or the port is taken. */
  start(): Promise<void>;
  /** Finishes what it took, closes. */
  stop(): Promise<void>;
  /** Of metrics and health, once started. */
  readonly port: number;
  readonly telemetry: Telemetry;
}

const BATCH = 500;
const SWEEP_MS = 1_000;
const PATIENCE_MS = 10_000;

/** Says how well it goes: KPIs from the facts. Any number of replicas. */
export function createAnalytics(config: AnalyticsConfig, overrides: AnalyticsOverrides = {}): Analytics {
  const log = overrides.log ?? createLogger('analytics', config.logLevel);
  const patienceMs = overrides.patienceMs ?? PATIENCE_MS;
  const lifecycle = createLifecycle(log);
  const telemetry = createTelemetry('analytics');
  let port = config.port;
  let ready = false;

  async function open(): Promise<void> {
    const { client, db } = await connectMongo(config.mongoUrl);
    lifecycle.add('store', () => client.close());
    telemetry.health.needs('store', storeProbe(db));
    telemetry.health.needs('numbers', () => ready);
    const collections = collectionsOf(db);
    await ensureIndexes(collections);
    const nc = await connectNats(config.natsUrl, telemetry);
    telemetry.health.needs('nats', busProbe(nc));
    lifecycle.add('bus', () => nc.close());
    const incidents = createClient(nc, services.incidents);

    const live = createLive(collections, log);
    lifecycle.add('live', live.stop);
    const metrics = createMetrics(live.all);
    const http = await createHttpServer({
      log,
      app: createApp(metrics, () => ready),
      telemetry,
      port: config.port,
      ...(config.host === undefined ? {} : { host: config.host }),
    });
    lifecycle.add('http', http.stop);
    port = http.port;

    await rebuildFirst(collections);
    const remaking = { collections, incidents, log };
    const remake = async (signal: AbortSignal) => {
      await rebuild(remaking, signal);
      await remakeOutdated(remaking, signal);
    };
    const rebuilding = createLoop('rebuild', SWEEP_MS, remake, log);
    lifecycle.add('rebuild', rebuilding.stop);
    const catching = createLoop(
      'catch-up',
      SWEEP_MS,
      () => catchUp(collections, incidents, patienceMs, metrics.changed),
      log,
    );
    lifecycle.add('catch-up', catching.stop);
    const folding = await consume(
      nc,
      consumers.analyticsFold,
      async (batch) => {
        const logged = batch.map((one) => one.message);
        await foldEntries(collections, logged, metrics.changed);
        metrics.folded(logged.map((one) => millis(one.at) ?? 0));
      },
      { log, batch: BATCH },
    );
    lifecycle.add(consumers.analyticsFold.durable, folding.stop);

    // A year of incidents takes a while to read; facts are taken in meanwhile.
    await live.start();
    const deps = {
      collections,
      live,
      settings: createSettings(collections),
      zones: createZones(createClient(nc, services.roster)),
      rebuildAsked: rebuilding.nudge,
    };
    const server = serve(nc, services.analytics, createHandlers(deps), { log });
    lifecycle.add('requests', server.stop);
    await nc.flush();
    ready = true;
  }

  return {
    async start() {
      try {
        await open();
      } catch (error) {
        await lifecycle.stop();
        throw error;
      }
      log.info({ port }, 'analytics answers');
    },
    async stop() {
      ready = false;
      await lifecycle.stop();
    },
    telemetry,
    get port() {
      return port;
    },
  };
}
