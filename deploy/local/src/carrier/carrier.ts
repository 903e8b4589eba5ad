import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApi } from './api/api.ts';
import type { Call } from './calls/call.ts';
import type { LiveCall } from './calls/live-call.ts';
import { createClock } from './clock.ts';
import { createFaults, type FaultRule } from './faults.ts';
import type { Handset, PhoneApp, PhoneHabits } from './handset.ts';
import { createLedger } from './ledger.ts';
import type { Message } from './messages/message.ts';
import type { Network } from './network.ts';
import { type CarrierOptions, parseOptions } from './options.ts';
import { createPhone, type Phone } from './phone.ts';
import { type CarrierEvent, createRecord } from './record.ts';
import { createWall } from './wall/wall.ts';
import { createWebhooks } from './webhooks/webhooks.ts';

/** How many requests, messages and calls are remembered, each. */
const keep = 100_000;

export interface Carrier {
  /** Listens; rejects when the port is taken. A carrier that was stopped is not started again. */
  start(): Promise<void>;
  /** Ends everything at once: open requests, calls, timers, callbacks. */
  stop(): Promise<void>;
  /** Known once started. */
  readonly port: number;
  /** The API's base address, and the phone wall's. */
  readonly url: string;
  phone(number: string, habits?: PhoneHabits): Phone;
  /** Every request to the API so far, oldest first. */
  record(): CarrierEvent[];
  /** What a correct client would never have done, in the order in which it was done. */
  readonly unexpected: string[];
  fault(rule: FaultRule): () => void;
  clearFaults(): void;
  setSmsUrl(accountSid: string, url: string): void;
  /** Puts these people's phones on the wall, by number; by another id where somebody has none, and only apps reach them. */
  setNames(names: Readonly<Record<string, string>>): void;
  /** Puts an app on a phone, in the place of one of the same id. */
  install(id: string, app: PhoneApp): void;
}

/** @throws Error that names every option that is wrong. */
export function createCarrier({ log, ...options }: CarrierOptions): Carrier {
  const config = parseOptions(options);
  const clock = createClock();
  const faults = createFaults();
  const webhooks = createWebhooks();
  const record = createRecord(keep);
  const handsets = new Map<string, Handset>();
  const unexpected: string[] = [];
  const accounts = new Map(config.accounts.map((account) => [account.accountSid, { ...account }]));

  const network: Network = {
    config,
    accounts,
    clock,
    faults,
    webhooks,
    messages: createLedger<Message>(keep),
    calls: createLedger<Call>(keep),
    live: new Map<string, LiveCall>(),
    log: log ?? { info() {}, warn() {} },
    handset(id) {
      const known = handsets.get(id);
      if (known) return known;
      const handset: Handset = { id, habits: {}, apps: new Map(), changedAt: 0 };
      handsets.set(id, handset);
      return handset;
    },
    changed(id) {
      wall.changed(network.handset(id));
    },
    unexpected(what) {
      if (unexpected.length < keep) unexpected.push(what);
      network.log.warn({ what }, 'unexpected');
    },
  };
  const wall = createWall(network, handsets, { record, unexpected });
  const api = createApi(network, record);

  const server = createServer({ keepAliveTimeout: 60_000 }, (req, res) => {
    const handling = req.url?.startsWith('/2010-04-01/') ? api(req, res) : wall.handle(req, res);
    // Whoever went away before the end of a request hears nothing more.
    handling.catch(() => res.destroy());
  });
  let port = config.port;

  return {
    async start() {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen({ port: config.port, host: config.host, backlog: 1024 }, resolve);
      });
      port = (server.address() as AddressInfo).port;
      network.log.info({ port }, 'carrier listening');
    },
    async stop() {
      clock.stop();
      webhooks.stop();
      wall.stop();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
    get port() {
      return port;
    },
    get url() {
      return `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`;
    },
    phone(number, habits) {
      const phone = createPhone(network, number);
      if (habits) phone.behave(habits);
      return phone;
    },
    record: record.events,
    unexpected,
    fault: faults.add,
    clearFaults: faults.clear,
    setSmsUrl(accountSid, url) {
      const account = accounts.get(accountSid);
      if (!account) throw new Error(`the carrier has no account ${accountSid}`);
      account.smsUrl = url;
    },
    setNames(names) {
      for (const [id, name] of Object.entries(names)) {
        network.handset(id).name = name;
        network.changed(id);
      }
    },
    install(id, app) {
      network.handset(id).apps.set(app.id, app);
      app.onChange(() => network.changed(id));
      network.changed(id);
    },
  };
}
