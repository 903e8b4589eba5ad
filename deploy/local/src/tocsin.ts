import { randomBytes } from 'node:crypto';
import type { NatsConnection } from '@nats-io/transport-node';
import { createAnalytics } from '@tocsin/analytics';
import { createIncidents } from '@tocsin/incidents';
import { createIngestion } from '@tocsin/ingestion';
import { createNotifierSms } from '@tocsin/notifier-sms';
import { createNotifierVoice } from '@tocsin/notifier-voice';
import { connectNats, provision } from '@tocsin/platform';
import { createRoster } from '@tocsin/roster';
import { createWorker } from '@tocsin/workflows/worker';
import { localAccounts } from './accounts.ts';
import { type Carrier, type CarrierOptions, createCarrier } from './carrier/index.ts';
import { freePort } from './engines/index.ts';
import type { ServicePorts } from './ports.ts';

export const serviceNames = ['roster', 'ingestion', 'incidents', 'analytics', 'sms', 'voice', 'worker'] as const;
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
  logLevel?: string;
  carrier?: Partial<CarrierOptions>;
  /** Settings of single services that win over ours. */
  overrides?: Partial<Record<ServiceName, object>>;
}

interface Service {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** The whole product in this process. */
export interface Tocsin {
  readonly ports: ServicePorts;
  readonly carrier: Carrier;
  /** A connection for asking and listening; there after `start()`. */
  readonly nc: NatsConnection;
  /** Resolves when every service answers. Leaves nothing running when it rejects. */
  start(): Promise<void>;
  /** Drains and stops everything, what was started last first. */
  stop(): Promise<void>;
  startService(name: ServiceName): Promise<void>;
  stopService(name: ServiceName): Promise<void>;
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
  const masterKey = options.rosterMasterKey ?? randomBytes(32).toString('base64');

  const create: Record<ServiceName, () => Service> = {
    roster: () => createRoster({ ...common, masterKey, ...overrides.roster }),
    ingestion: () => createIngestion({ ...common, port: ports.ingestion, host: '127.0.0.1', ...overrides.ingestion }),
    incidents: () => createIncidents({ ...withTemporal, ...overrides.incidents }),
    analytics: () => createAnalytics({ ...common, port: ports.analytics, host: '127.0.0.1', ...overrides.analytics }),
    sms: () => createNotifierSms({ ...notifier(ports.sms), ...overrides.sms }),
    voice: () => createNotifierVoice({ ...notifier(ports.voice), ...overrides.voice }),
    worker: () => createWorker({ ...withTemporal, ...overrides.worker }),
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

  const running = new Map<ServiceName, Service>();
  let nc: NatsConnection | undefined;

  async function startService(name: ServiceName): Promise<void> {
    if (running.has(name)) return;
    const service = create[name]();
    await service.start();
    running.set(name, service);
  }

  async function stopService(name: ServiceName): Promise<void> {
    const service = running.get(name);
    running.delete(name);
    await service?.stop();
  }

  async function stop(): Promise<void> {
    // The workflows' activities ask the others: they drain first, while somebody still answers them.
    for (const name of serviceNames.toReversed()) await stopService(name);
    await carrier.stop();
    await nc?.close();
    nc = undefined;
  }

  return {
    ports,
    carrier,
    get nc() {
      if (!nc) throw new Error('not started');
      return nc;
    },
    async start() {
      try {
        nc = await connectNats(natsUrl, 'local');
        await provision(nc);
        await carrier.start();
        await startAll(serviceNames, startService);
      } catch (error) {
        await stop();
        throw error;
      }
    },
    stop,
    startService,
    stopService,
  };
}

/** All at once; where one fails, waits for the others before it says so, so that they can be stopped. */
async function startAll(names: readonly ServiceName[], start: (name: ServiceName) => Promise<void>): Promise<void> {
  const outcomes = await Promise.allSettled(names.map(start));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}

/** Carrier and notifiers are told each other's addresses before any of them listens, so free ports are chosen now. */
async function settlePorts(wanted: Partial<ServicePorts> = {}): Promise<ServicePorts> {
  return {
    ingestion: wanted.ingestion || (await freePort()),
    carrier: wanted.carrier || (await freePort()),
    sms: wanted.sms || (await freePort()),
    voice: wanted.voice || (await freePort()),
    analytics: wanted.analytics || (await freePort()),
  };
}
