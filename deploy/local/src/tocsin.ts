import { randomBytes } from 'node:crypto';
import type { NatsConnection } from '@nats-io/transport-node';
import { createAnalytics } from '@tocsin/analytics';
import { createGateway, type Gateway } from '@tocsin/gateway';
import { createIncidents } from '@tocsin/incidents';
import { createIngestion } from '@tocsin/ingestion';
import { createNotifierChat } from '@tocsin/notifier-chat';
import { createNotifierPush } from '@tocsin/notifier-push';
import { createNotifierSms } from '@tocsin/notifier-sms';
import { createNotifierVoice } from '@tocsin/notifier-voice';
import {
  connectNats,
  createLogger,
  createOpsServer,
  type OpsServer,
  type Service as PlatformService,
  provision,
} from '@tocsin/platform';
import { createRoster } from '@tocsin/roster';
import { createWebhooks } from '@tocsin/webhooks';
import { createWorker } from '@tocsin/workflows/worker';
import { localAccounts, localWorkspace, type ProviderAccount } from './accounts.ts';
import { type Carrier, type CarrierOptions, createCarrier } from './carrier/index.ts';
import { createFakeSlack, type FakeSlack } from './chat/index.ts';
import type { ServicePorts } from './ports.ts';
import {
  createPushService,
  LOCAL_PUSH,
  type LocalPushService,
  newVapidKeys,
  tellBy,
  type VapidKeys,
} from './push/index.ts';
import { settlePorts } from './settle-ports.ts';

export const serviceNames = [
  'roster',
  'ingestion',
  'incidents',
  'analytics',
  'sms',
  'voice',
  'push',
  'chat',
  'worker',
  'webhooks',
  'gateway',
] as const;
export type ServiceName = (typeof serviceNames)[number];

export interface TocsinOptions {
  natsUrl: string;
  mongoUrl: string;
  temporalAddress: string;
  namespace: string;
  /** 0 or absent: any free one. */
  ports?: Partial<ServicePorts>;
  /** 32 bytes, base64: what addresses are encrypted with. Absent: made for this run. */
  rosterMasterKey?: string;
  /** The same for users' names and secrets. */
  gatewayMasterKey?: string;
  /** The same for webhooks' addresses and secrets. */
  webhooksMasterKey?: string;
  /** What browsers subscribe to. Absent: made for this run. */
  vapid?: VapidKeys;
  /** Whose first user the set-up link makes; `acme` where absent. */
  organisationId?: string;
  /** Where the built console is; absent: none is served. */
  consoleDir?: string;
  logLevel?: string;
  carrier?: Partial<CarrierOptions>;
  /** Settings of single services that win over ours. */
  overrides?: Partial<Record<ServiceName, object>>;
}

interface Service extends PlatformService {
  /** Of those that listen, once started. */
  readonly port?: number;
}

/** The whole product in this process. */
export interface Tocsin {
  readonly ports: ServicePorts;
  readonly carrier: Carrier;
  readonly slack: FakeSlack;
  readonly push: LocalPushService;
  /** The carrier's accounts: what signs its webhooks. */
  readonly accounts: readonly ProviderAccount[];
  /** Makes the first user; there after `start()` while there is none. */
  readonly setupLink: string | undefined;
  /** A connection for asking and listening; there after `start()`. */
  readonly nc: NatsConnection;
  /** Resolves when every service answers. Leaves nothing running when it rejects. */
  start(): Promise<void>;
  /** Drains and stops everything, what was started last first. */
  stop(): Promise<void>;
  startService(name: ServiceName): Promise<void>;
  /** Stops a service with all its replicas. */
  stopService(name: ServiceName): Promise<void>;
  /** One more of a service beside the first; where it listens, on a port of its own. */
  addReplica(name: ServiceName): Promise<{ readonly port?: number }>;
}

/** Builds all services against engines that run. Opens nothing before `start()`. */
export async function createTocsin(options: TocsinOptions): Promise<Tocsin> {
  const { natsUrl, mongoUrl, temporalAddress, namespace: temporalNamespace, overrides = {} } = options;
  const ports = await settlePorts(options.ports);
  const carrierUrl = `http://127.0.0.1:${ports.carrier}`;
  const accounts = localAccounts(carrierUrl);
  const common = { natsUrl, mongoUrl, logLevel: options.logLevel ?? 'warn' };
  const withTemporal = { ...common, temporalAddress, temporalNamespace };
  const notifier = (port: number) => ({
    ...common,
    port,
    publicUrl: `http://127.0.0.1:${port}`,
    twilioAccounts: accounts,
    providerTimeoutMs: 5_000,
  });
  const workspace = localWorkspace(`http://127.0.0.1:${ports.slack}`);
  const chat = {
    ...common,
    port: ports.chat,
    host: '127.0.0.1',
    publicUrl: `http://127.0.0.1:${ports.chat}`,
    slackWorkspaces: [workspace],
    // What stands in for the world outside is on this machine.
    allowedNetworks: ['127.0.0.0/8'],
    providerTimeoutMs: 5_000,
  };
  const vapid = options.vapid ?? newVapidKeys();
  const push = {
    ...common,
    port: ports.push,
    host: '127.0.0.1',
    vapid: { ...vapid, subject: 'mailto:operator@tocsin.test' },
    // Real browsers are reached where their vendors are; only what stands in for one is on this machine.
    pushServices: [{ origin: LOCAL_PUSH, baseUrl: `http://127.0.0.1:${ports.pushService}` }],
    providerTimeoutMs: 5_000,
  };
  const masterKey = options.rosterMasterKey ?? randomBytes(32).toString('base64');

  const ingestion = { ...common, port: ports.ingestion, host: '127.0.0.1' };
  const face = {
    port: ports.gateway,
    host: '127.0.0.1',
    organisationId: options.organisationId ?? 'acme',
    intakeUrl: `http://127.0.0.1:${ports.ingestion}/v1/in`,
    vapidPublicKey: vapid.publicKey,
    masterKey: options.gatewayMasterKey ?? randomBytes(32).toString('base64'),
    ...(options.consoleDir === undefined ? {} : { consoleDir: options.consoleDir }),
  };
  const outgoing = {
    ...common,
    masterKey: options.webhooksMasterKey ?? randomBytes(32).toString('base64'),
    // Receivers that are tried out are on this machine.
    allowedNetworks: ['127.0.0.0/8', '::1/128'],
    publicUrl: `http://127.0.0.1:${ports.gateway}`,
  };
  let gateway: Gateway | undefined;

  const create: Record<ServiceName, (own: { port?: 0 }) => Service> = {
    roster: () => createRoster({ ...common, masterKey, ...overrides.roster }),
    ingestion: (own) => createIngestion({ ...ingestion, ...overrides.ingestion, ...own }),
    incidents: () => createIncidents({ ...withTemporal, ...overrides.incidents }),
    analytics: (own) =>
      createAnalytics({ ...common, port: ports.analytics, host: '127.0.0.1', ...overrides.analytics, ...own }),
    sms: (own) => createNotifierSms({ ...notifier(ports.sms), ...overrides.sms, ...own }),
    voice: (own) => createNotifierVoice({ ...notifier(ports.voice), ...overrides.voice, ...own }),
    push: (own) => createNotifierPush({ ...push, ...overrides.push, ...own }),
    chat: (own) => createNotifierChat({ ...chat, ...overrides.chat, ...own }),
    worker: () => createWorker({ ...withTemporal, ...overrides.worker }),
    webhooks: () => createWebhooks({ ...outgoing, ...overrides.webhooks }),
    gateway: (own) => {
      const made = createGateway({ ...common, ...face, ...overrides.gateway, ...own });
      // Of several, the first tells the set-up link.
      gateway ??= made;
      return made;
    },
  };
  const carrier = createCarrier({
    port: ports.carrier,
    accounts: accounts.map(({ id, accountSid, authToken, from }) => ({
      accountSid,
      authToken,
      from,
      smsUrl: `http://127.0.0.1:${ports.sms}/twilio/${id}/sms`,
    })),
    ...options.carrier,
  });

  const slack = createFakeSlack({
    port: ports.slack,
    workspaceId: workspace.id,
    botToken: workspace.botToken,
    signingSecret: workspace.signingSecret,
    interactivityUrl: () => `http://127.0.0.1:${ports.chat}/slack/${workspace.id}/actions`,
  });

  const pushService = createPushService({
    port: ports.pushService,
    publicKey: vapid.publicKey,
    tell: tellBy(`http://127.0.0.1:${ports.gateway}`),
  });

  const running = new Map<ServiceName, Service[]>();
  /** Those that start are in it as well: whoever asks is to see that they do. */
  const observed = new Set<Service>();
  let ops: OpsServer | undefined;
  let nc: NatsConnection | undefined;

  async function startService(name: ServiceName): Promise<void> {
    if (!running.has(name)) await startOne(name, {});
  }

  async function startOne(name: ServiceName, own: { port?: 0 }): Promise<Service> {
    const service = create[name](own);
    observed.add(service);
    try {
      await service.start();
    } catch (error) {
      observed.delete(service);
      throw error;
    }
    service.telemetry.health.started();
    running.set(name, [...(running.get(name) ?? []), service]);
    return service;
  }

  async function stopService(name: ServiceName): Promise<void> {
    const replicas = running.get(name) ?? [];
    running.delete(name);
    await Promise.all(
      replicas.map(async (one) => {
        one.telemetry.health.stopping();
        await one.stop();
        observed.delete(one);
      }),
    );
  }

  async function stop(): Promise<void> {
    // The gateway and the workflows' activities ask the others: they drain first, while somebody still answers them.
    for (const name of serviceNames.toReversed()) await stopService(name);
    await carrier.stop();
    await slack.stop();
    await ops?.stop();
    ops = undefined;
    await pushService.stop();
    await nc?.close();
    nc = undefined;
  }

  return {
    ports,
    carrier,
    slack,
    push: pushService,
    accounts,
    get setupLink() {
      return gateway?.setupLink;
    },
    get nc() {
      if (!nc) throw new Error('not started');
      return nc;
    },
    async start() {
      try {
        nc = await connectNats(natsUrl, 'local');
        await provision(nc);
        ops = await createOpsServer({
          log: createLogger('ops', common.logLevel),
          port: ports.ops,
          host: '127.0.0.1',
          services: () => [...observed].map((one) => one.telemetry),
        });
        await carrier.start();
        await slack.start();
        await pushService.start();
        await startAll(serviceNames, startService);
      } catch (error) {
        await stop();
        throw error;
      }
    },
    stop,
    startService,
    stopService,
    addReplica: (name) => startOne(name, { port: 0 }),
  };
}

/** All at once; where one fails, waits for the others before it says so, so that they can be stopped. */
async function startAll(names: readonly ServiceName[], start: (name: ServiceName) => Promise<void>): Promise<void> {
  const outcomes = await Promise.allSettled(names.map(start));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}
