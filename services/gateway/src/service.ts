import {
  busProbe,
  connectMongo,
  connectNats,
  consume,
  consumers,
  createHttpServer,
  createLifecycle,
  createLogger,
  createTelemetry,
  keepRenewed,
  type Logger,
  sendProblem,
  storeProbe,
  type Telemetry,
  Unavailable,
} from '@tocsin/platform';
import type { Express } from 'express';
import { operations } from './api/operations.ts';
import { createAudit } from './audit/audit.ts';
import { auditUnasked } from './audit/unasked.ts';
import { createCookies } from './auth/cookies.ts';
import { createKeys } from './auth/keys.ts';
import { createOidc } from './auth/oidc.ts';
import { createPasskeys } from './auth/passkeys.ts';
import { createSessions } from './auth/sessions.ts';
import { issueSetupLink } from './auth/setup-link.ts';
import { createStanding } from './auth/standing.ts';
import { createThrottle } from './auth/throttle.ts';
import { createTickets } from './auth/tickets.ts';
import { createUsers } from './auth/users.ts';
import type { GatewayConfig } from './config.ts';
import { checkMasterKey } from './crypto/check-master-key.ts';
import { renewSealed } from './crypto/renew-sealed.ts';
import { createVault } from './crypto/vault.ts';
import type { Deps } from './deps.ts';
import { createDirectory } from './directory/directory.ts';
import { API_BASE, createApp } from './http/app.ts';
import { createConsoleFiles } from './http/console-files.ts';
import { createHealth } from './http/health.ts';
import { createIdempotency } from './http/idempotency.ts';
import { originsOf, relyingPartyId } from './http/public-url.ts';
import { createRateLimit } from './http/rate-limit.ts';
import { createLiveFeed } from './live/live-feed.ts';
import { createDocument } from './openapi/document.ts';
import { createReader } from './openapi/reader.ts';
import { createGate } from './operations/gate.ts';
import type { AnyOperation } from './operations/operation.ts';
import { createOperationRouter } from './operations/router.ts';
import { collectionsOf, ensureIndexes } from './store/collections.ts';

export interface GatewayOverrides {
  log?: Logger;
  /** Milliseconds since 1970: what expires is seen to expire by it. */
  clock?: () => number;
  /** The API, where it is to be another. */
  operations?: readonly AnyOperation[];
}

export interface Gateway {
  /** Answers once it resolves. Rejects where an engine is away or the port is taken. */
  start(): Promise<void>;
  /** Takes nothing new in, finishes what it took, closes. */
  stop(): Promise<void>;
  /** Of the HTTP server, once started. */
  readonly port: number;
  /** Makes the first user, once, within a day; there after the start while the organisation has no user. A credential. */
  readonly setupLink: string | undefined;
  readonly telemetry: Telemetry;
}

const REQUESTS_PER_MINUTE = 1_200;
const STRANGERS_PER_MINUTE = 120;
const CROWDS_PER_MINUTE = 3_000;

/** The face: REST API and sign-in, for browsers and programs. */
export function createGateway(config: GatewayConfig, overrides: GatewayOverrides = {}): Gateway {
  const log = overrides.log ?? createLogger('gateway', config.logLevel);
  const clock = overrides.clock ?? Date.now;
  const list = overrides.operations ?? operations;
  const lifecycle = createLifecycle(log);
  const telemetry = createTelemetry('gateway');
  let port = config.port;
  let setupLink: string | undefined;

  async function open(): Promise<void> {
    const vault = createVault(config.masterKey);
    const { client, db } = await connectMongo(config.mongoUrl);
    lifecycle.add('store', () => client.close());
    const collections = collectionsOf(db);
    await ensureIndexes(collections);
    await checkMasterKey(vault, collections);
    if (vault.isRotating)
      lifecycle.add('renewal of keys', keepRenewed(() => renewSealed(vault, collections), log).stop);
    const nc = await connectNats(config.natsUrl, telemetry);
    lifecycle.add('bus', () => nc.close());
    const probes = { store: storeProbe(db), nats: busProbe(nc) };
    telemetry.health.needs('store', probes.store);
    // People sign in and read what the store has without it.
    telemetry.health.uses('nats', probes.nats);

    // What is served says where it is, and that may be whatever port was free: so the server listens first.
    let app: Express | undefined;
    const http = await createHttpServer({
      log,
      telemetry,
      handler(request, response) {
        if (app) app(request, response);
        else sendProblem(response, new Unavailable('not started yet', { code: 'starting', retryAfterMs: 500 }));
        return true;
      },
      port: config.port,
      ...(config.host === undefined ? {} : { host: config.host }),
    });
    lifecycle.add('http', http.stop);
    port = http.port;

    const publicUrl = new URL(config.publicUrl ?? `http://127.0.0.1:${port}`);
    const https = publicUrl.protocol === 'https:';
    const origins = originsOf(publicUrl);
    const users = createUsers(collections, vault, clock);
    const sessions = createSessions(collections, clock);
    const keys = createKeys(collections, clock);
    const live = createLiveFeed(nc, log);
    // Stopped before the server, which waits for what is open.
    lifecycle.add('live', live.stop);
    const audit = createAudit(client, collections);
    const auditing = await consume(nc, consumers.gatewayAudit, auditUnasked(audit, collections), { log });
    lifecycle.add(consumers.gatewayAudit.durable, auditing.stop);
    const deps: Deps = {
      nc,
      live,
      directory: createDirectory(nc, { log, clock }),
      standing: createStanding(collections, clock),
      collections,
      users,
      sessions,
      keys,
      tickets: createTickets(collections, vault, clock),
      throttle: createThrottle(collections, vault, clock),
      passkeys: createPasskeys({ id: relyingPartyId(publicUrl), origins }),
      oidc: createOidc(config.oidc ?? []),
      audit,
      publicUrl,
      intakeUrl: config.intakeUrl,
      vapidPublicKey: config.vapidPublicKey,
      document: createDocument(list, { baseUrl: new URL(API_BASE, publicUrl) }),
      clock,
      log,
    };
    const cookies = createCookies({ https });
    const limit = (name: string, requests: number) => createRateLimit({ name, requests, windowSeconds: 60 }, clock);
    const gate = createGate({
      credentials: { users: collections.users, sessions, keys },
      cookies,
      principalLimit: limit('principal', config.requestsPerMinute ?? REQUESTS_PER_MINUTE),
      networkLimit: limit('network', config.strangersPerMinute ?? STRANGERS_PER_MINUTE),
      crowdLimit: limit('crowd', CROWDS_PER_MINUTE),
      origins,
      clock,
    });
    const idempotency = createIdempotency(collections, vault, clock);
    setupLink = await issueSetupLink(config.organisationId, deps);
    app = createApp({
      https,
      trustedProxies: config.trustedProxies ?? [],
      health: createHealth(probes),
      api: createOperationRouter(list, { gate, cookies, idempotency, deps }),
      reader: createReader(deps.document),
      consoleFiles: config.consoleDir === undefined ? undefined : createConsoleFiles(config.consoleDir),
      log,
    });
  }

  return {
    async start() {
      try {
        await open();
      } catch (error) {
        await lifecycle.stop();
        throw error;
      }
      log.info({ port }, 'gateway answers');
    },
    stop: lifecycle.stop,
    telemetry,
    get port() {
      return port;
    },
    get setupLink() {
      return setupLink;
    },
  };
}
