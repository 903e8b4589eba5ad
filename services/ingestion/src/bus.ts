import {
  answers,
  busProbe,
  connectNats,
  createBackoff,
  createTeller,
  type FactStore,
  sleep,
  type Telemetry,
  type Teller,
  Unavailable,
} from '@tocsin/platform';
import { type IntegrationsDeps, serveIntegrations } from './requests/integrations/serve-integrations.ts';
import { type AlertsDeps, serveAlerts } from './requests/serve-alerts.ts';

export interface BusOptions extends AlertsDeps, IntegrationsDeps {
  telemetry: Telemetry;
  natsUrl: string;
  facts: FactStore;
}

export interface Bus {
  /**
   * Connects, serves and tells. Where NATS is away it returns after 10 s and goes on trying behind: posts are taken and kept
   * meanwhile, and told afterwards.
   */
  open(): Promise<void>;
  /** Alerts were stored: tell them now, where NATS is there. */
  nudge(): void;
  /** Whether NATS answers now. */
  up(): Promise<boolean>;
  stop(): Promise<void>;
}

interface Connected {
  nc: Awaited<ReturnType<typeof connectNats>>;
  teller: Teller;
  servers: { stop(): Promise<void> }[];
}

/** What ingestion says and answers over NATS. */
export function createBus(options: BusOptions): Bus {
  const { log } = options;
  const stopped = new AbortController();
  let connected: Connected | undefined;
  let connecting: Promise<void> | undefined;

  async function connect(): Promise<void> {
    const nc = await connectNats(options.natsUrl, options.telemetry);
    if (stopped.signal.aborted) return await nc.close();
    const teller = createTeller({ nc, store: options.facts, log });
    connected = { nc, teller, servers: [serveAlerts(nc, options), serveIntegrations(nc, options)] };
    await nc.flush();
  }

  async function connectSomeTime(): Promise<void> {
    const backoff = createBackoff({ baseMs: 500, maxMs: 5_000 });
    while (!connected && !stopped.signal.aborted) {
      await sleep(backoff.next(), stopped.signal).catch(() => {});
      if (!stopped.signal.aborted) await connect().catch((err) => log.warn({ err }, 'bus still away'));
    }
  }

  return {
    async open() {
      try {
        await connect();
      } catch (err) {
        if (!(err instanceof Unavailable)) throw err;
        log.error({ err }, 'bus away at the start, alerts are kept until it is there');
        connecting = connectSomeTime();
      }
    },
    nudge: () => connected?.teller.nudge(),
    async up() {
      if (!connected) return false;
      return answers(busProbe(connected.nc));
    },
    async stop() {
      stopped.abort();
      await connecting;
      if (!connected) return;
      await Promise.all(connected.servers.map((server) => server.stop()));
      await connected.teller.stop();
      await connected.nc.close();
    },
  };
}
