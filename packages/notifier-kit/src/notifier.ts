import {
  busProbe,
  type ConsumerEntry,
  connectMongo,
  connectNats,
  consume,
  createClient,
  createHttpServer,
  createLifecycle,
  createLogger,
  createMongoFactStore,
  createTelemetry,
  createTeller,
  type FactRow,
  type Handlers,
  type Lifecycle,
  type Logger,
  NotFound,
  serve,
  services,
  storeProbe,
  type Telemetry,
  Unavailable,
} from '@tocsin/platform';
import type { LoggedSchema } from '@tocsin/proto/incident/v1';
import type { HearDeviceRequest } from '@tocsin/proto/notifier/v1';
import express, { type Router } from 'express';
import type { Db, MongoClient } from 'mongodb';
import { createAnswerStore } from './answers/answer-store.ts';
import { createAnswers } from './answers/carry-answers.ts';
import { createBackground } from './background.ts';
import type { ChannelName } from './channel.ts';
import type { CommonConfig } from './config.ts';
import { deliver } from './deliver.ts';
import { createDesk, type Desk } from './desk.ts';
import { createFacts } from './facts.ts';
import type { Kit } from './kit.ts';
import { createLedger } from './ledger/ledger.ts';
import { notifierMetrics } from './metrics.ts';
import { PROVIDER_ERROR_KINDS, type Provider } from './provider.ts';
import { createProviderPool } from './provider-pool.ts';
import { createReplyLimit } from './reply-limit.ts';
import { reviseFrom } from './revise.ts';
import { withdraw } from './withdraw.ts';
import { createWithdrawals } from './withdrawals.ts';

const DELIVERIES_AT_ONCE = 500;

/** What a device hears back: see `HearDeviceResponse`. */
export interface HeardFromDevice {
  incidentNumber: string;
  outcome: string;
  says: string;
}

/** What one channel brings of its own. */
export interface ChannelParts<C extends CommonConfig> {
  channel: ChannelName;
  /** In the order in which they are asked. `publicUrl` is known once the service listens. */
  providers(opts: { publicUrl: () => string; config: C }): Provider[];
  /** Where providers' callbacks and people's answers come in. */
  routes?(desk: Desk, config: C): Router;
  /** What a device says back that shows our notifications, on channels that have such. */
  hearDevice?(desk: Desk, request: HearDeviceRequest): Promise<HeardFromDevice>;
  /** Where the incidents' log is read, on channels whose messages can be changed after they were sent. */
  revisions?: ConsumerEntry<typeof LoggedSchema>;
  /** Makes codes to answer with, on channels where a person types one. */
  newCode?: () => string;
}

export interface Notifier {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** The port that it listens on; 0 before `start`. */
  readonly port: number;
  readonly telemetry: Telemetry;
}

/** One channel's notifier. Opens nothing until `start`. */
export function createNotifier<C extends CommonConfig>(
  parts: ChannelParts<C>,
  config: C,
  overrides: { log?: Logger } = {},
): Notifier {
  const log = overrides.log ?? createLogger(`notifier-${parts.channel}`, config.logLevel);
  const lifecycle = createLifecycle(log);
  const telemetry = createTelemetry(`notifier-${parts.channel}`);
  let port = 0;
  return {
    telemetry,
    get port() {
      return port;
    },
    async start() {
      try {
        const opened = await open(parts, config, { log, lifecycle, telemetry });
        port = opened.port;
        log.info(opened, 'notifier started');
      } catch (error) {
        await lifecycle.stop();
        throw error;
      }
    },
    stop: () => lifecycle.stop(),
  };
}

async function open<C extends CommonConfig>(
  parts: ChannelParts<C>,
  config: C,
  { log, lifecycle, telemetry }: { log: Logger; lifecycle: Lifecycle; telemetry: Telemetry },
): Promise<{ port: number; providers: readonly string[] }> {
  const { channel } = parts;
  const { client, db } = await connectMongo(config.mongoUrl);
  lifecycle.add('mongo', () => client.close());
  telemetry.health.needs('store', storeProbe(db));
  const nc = await connectNats(config.natsUrl, telemetry);
  lifecycle.add('nats', () => nc.drain());
  telemetry.health.needs('nats', busProbe(nc));
  const background = createBackground(log);
  lifecycle.add('background', () => background.stop());

  const stores = await openStores(client, db, channel);
  const teller = createTeller({ nc, store: stores.facts, log });
  lifecycle.add('teller', () => teller.stop());
  const facts = createFacts(db.collection<FactRow>(`${channel}Facts`), channel, teller.nudge);

  let listening = 0;
  const publicUrl = () => (config.publicUrl ?? `http://127.0.0.1:${listening}`).replace(/\/+$/, '');
  const kit: Kit = {
    channel,
    log,
    telemetry,
    ledger: stores.ledger,
    withdrawals: stores.withdrawals,
    facts,
    pool: createProviderPool(parts.providers({ publicUrl, config })),
    roster: createClient(nc, services.roster),
    background,
    providerTimeoutMs: config.providerTimeoutMs,
    ...(parts.newCode ? { newCode: parts.newCode } : {}),
  };
  const incidents = createClient(nc, services.incidents);
  const answers = createAnswers({
    store: stores.answers,
    facts,
    incidents,
    channel,
    background,
    log,
    metrics: telemetry.metrics,
  });
  lifecycle.add('answers', () => answers.stop());
  const outcomes = ['taken', ...PROVIDER_ERROR_KINDS];
  const requests = kit.pool.ids.flatMap((provider) => outcomes.map((outcome) => ({ channel, provider, outcome })));
  telemetry.metrics.duration(notifierMetrics.requests, requests);
  for (const provider of kit.pool.ids) {
    const labels = { channel, provider };
    telemetry.metrics.sampled(notifierMetrics.resting, labels, () =>
      kit.pool.isResting(provider, Date.now()) ? 1 : 0,
    );
  }

  const desk = createDesk(kit, answers, stores.replyLimit, publicUrl);
  const app = express().disable('x-powered-by').disable('etag');
  if (parts.routes) app.use(parts.routes(desk, config));
  const http = await createHttpServer({
    log,
    app,
    telemetry,
    port: config.port,
    ...(config.host ? { host: config.host } : {}),
  });
  lifecycle.add('http', () => http.stop());
  listening = http.port;

  const server = serve(nc, services.notifier, createHandlers(kit, hearing(parts, desk)), {
    log,
    instance: channel,
    concurrency: 2_000,
  });
  lifecycle.add('requests', () => server.stop());
  if (parts.revisions) {
    const revising = await consume(nc, parts.revisions, (batch) => reviseFrom(kit, batch), { log });
    lifecycle.add('revisions', () => revising.stop());
  }
  await nc.flush();
  return { port: http.port, providers: kit.pool.ids };
}

type NotifierHandlers = Handlers<typeof services.notifier.desc>;

function hearing<C extends CommonConfig>(parts: ChannelParts<C>, desk: Desk): NotifierHandlers['hearDevice'] {
  return async (request) => {
    if (parts.hearDevice) return parts.hearDevice(desk, request);
    throw new NotFound('no device answers on this channel', { code: 'no-devices', field: 'token' });
  };
}

/** Deliveries are bounded apart, so that a storm of pages at a slow provider never keeps a withdrawal out. */
function createHandlers(kit: Kit, hearDevice: NotifierHandlers['hearDevice']): NotifierHandlers {
  let delivering = 0;
  kit.telemetry.metrics.sampled(notifierMetrics.delivering, { channel: kit.channel }, () => delivering);
  return {
    async deliver(request, ctx) {
      if (delivering >= DELIVERIES_AT_ONCE) {
        throw new Unavailable('too many deliveries at once', { code: 'overloaded', retryAfterMs: 500 });
      }
      delivering += 1;
      try {
        return await deliver(kit, request, ctx);
      } finally {
        delivering -= 1;
      }
    },
    withdraw: (request, ctx) => withdraw(kit, request, ctx),
    hearDevice,
  };
}

/** All indexes of a channel's notifier, for whoever makes them before it starts. */
export async function provisionStore(client: MongoClient, db: Db, channel: ChannelName): Promise<void> {
  await openStores(client, db, channel);
}

async function openStores(client: MongoClient, db: Db, channel: ChannelName) {
  const facts = db.collection<FactRow>(`${channel}Facts`);
  const stores = {
    ledger: createLedger(client, db.collection(`${channel}Ledger`), facts),
    withdrawals: createWithdrawals(db.collection(`${channel}Withdrawals`)),
    answers: createAnswerStore(db.collection(`${channel}Answers`)),
    facts: createMongoFactStore(facts),
    replyLimit: createReplyLimit(db.collection(`${channel}Replies`)),
  };
  await Promise.all(Object.values(stores).map((store) => store.ensure()));
  return stores;
}
