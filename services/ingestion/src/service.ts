import {
  connectMongo,
  createHttpServer,
  createLifecycle,
  createLogger,
  createTelemetry,
  type Logger,
  storeProbe,
  type Telemetry,
} from '@tocsin/platform';
import { createBus } from './bus.ts';
import { DEFAULT_MAX_BODY_BYTES, DEFAULT_RETENTION_DAYS, type IngestionConfig } from './config.ts';
import { createIntake } from './http/accept-envelope.ts';
import { isIntake } from './http/credential-of.ts';
import { createCredentials } from './http/credentials.ts';
import { createHealthApp } from './http/health.ts';
import { watchIngestion } from './metrics.ts';
import { createAlertFacts } from './pipeline/alert-facts.ts';
import { createParser } from './pipeline/parser.ts';
import { purge } from './pipeline/purge.ts';
import { repeat } from './pipeline/repeat.ts';
import { collectionsOf, ensureIndexes } from './store/collections.ts';
import { createEnvelopeWriter } from './store/envelope-writer.ts';

export interface IngestionOverrides {
  log?: Logger;
  /** How long a sender has for a body. */
  bodyTimeoutMs?: number;
  /** How often unparsed envelopes are looked for. */
  sweepEveryMs?: number;
  /** How long credentials are remembered. */
  credentials?: { rememberMs?: number; rememberUnknownMs?: number };
  connectMongo?: typeof connectMongo;
}

export interface Ingestion {
  /** Takes posts once it resolves. Rejects where the store is away or the port is taken. */
  start(): Promise<void>;
  /** Takes nothing new in, finishes what it took, closes. */
  stop(): Promise<void>;
  /** Of the HTTP server, once started. */
  readonly port: number;
  readonly telemetry: Telemetry;
}

const DAY_MS = 24 * 3_600_000;
const BODY_TIMEOUT_MS = 20_000;
const VERSION_EVERY_MS = 1_000;
const PURGE_EVERY_MS = 60_000;

/** Turns bytes from any sender into alerts, after storing the bytes durably. */
export function createIngestion(config: IngestionConfig, overrides: IngestionOverrides = {}): Ingestion {
  const log = overrides.log ?? createLogger('ingestion', config.logLevel);
  const lifecycle = createLifecycle(log);
  const telemetry = createTelemetry('ingestion');
  const retentionMs = (config.retentionDays ?? DEFAULT_RETENTION_DAYS) * DAY_MS;
  let port = config.port;

  async function open(): Promise<void> {
    const { client, db } = await (overrides.connectMongo ?? connectMongo)(config.mongoUrl);
    lifecycle.add('store', () => client.close());
    const collections = collectionsOf(db);
    await ensureIndexes(collections);
    const storeUp = storeProbe(db);
    telemetry.health.needs('store', storeUp);

    const credentials = createCredentials({ collections, ...overrides.credentials });
    const facts = createAlertFacts(collections);
    const deps = { client, collections, log, retentionMs };
    const bus = createBus({
      ...deps,
      telemetry,
      natsUrl: config.natsUrl,
      facts,
      integrationsChanged: credentials.forget,
      accept: (envelope) => envelopes.add(envelope),
    });
    lifecycle.add('bus', bus.stop);
    // Posts are taken without it, and told when it is back.
    telemetry.health.uses('nats', bus.up);

    const parser = createParser({
      ...deps,
      ...(overrides.sweepEveryMs === undefined ? {} : { sweepEveryMs: overrides.sweepEveryMs }),
      alertsStored: (tellings) => {
        facts.fresh(tellings);
        bus.nudge();
      },
    });
    lifecycle.add('parser', parser.stop);

    const stopped = new AbortController();
    const watching = repeat(VERSION_EVERY_MS, stopped.signal, credentials.checkVersion, (err) =>
      log.warn({ err }, 'integrations version not read'),
    );
    const purging = repeat(
      PURGE_EVERY_MS,
      stopped.signal,
      () => purge(collections),
      (err) => log.warn({ err }, 'alerts whose time is over not deleted'),
    );
    lifecycle.add('rounds', async () => {
      stopped.abort();
      await Promise.all([watching, purging]);
    });

    const envelopes = createEnvelopeWriter({ parcels: collections.parcels, stored: parser.take, log });
    lifecycle.add('envelopes', envelopes.drain);
    watchIngestion(telemetry.metrics, collections, envelopes.waiting);
    const http = await createHttpServer({
      log,
      handler: createIntake({
        credentials,
        envelopes,
        log,
        maxBodyBytes: config.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES,
        bodyTimeoutMs: overrides.bodyTimeoutMs ?? BODY_TIMEOUT_MS,
      }),
      app: createHealthApp({ storeUp, busUp: bus.up }),
      telemetry,
      // The address holds the sender's key.
      routeOf: (request) => (isIntake(request.url ?? '') ? '/v1/in/:key' : undefined),
      port: config.port,
      ...(config.host === undefined ? {} : { host: config.host }),
    });
    lifecycle.add('http', http.stop);
    port = http.port;
    await bus.open();
  }

  return {
    async start() {
      try {
        await open();
      } catch (error) {
        await lifecycle.stop();
        throw error;
      }
      log.info({ port }, 'ingestion takes posts');
    },
    stop: lifecycle.stop,
    telemetry,
    get port() {
      return port;
    },
  };
}
