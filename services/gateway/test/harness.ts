import { randomBytes } from 'node:crypto';
import { startTestEngines, type TestEngines, type TestEngineWishes } from '@tocsin/local/engines';
import { connectMongo, connectNats, createLogger, provision } from '@tocsin/platform';
import type { Db } from 'mongodb';
import type { Role } from '../src/auth/roles.ts';
import { createGateway, type Gateway, type GatewayConfig, type GatewayOverrides } from '../src/index.ts';
import { type Collections, collectionsOf } from '../src/store/collections.ts';
import { type Api, createApi, type Visitor } from './api.ts';

export const log = createLogger('test', process.env.TEST_LOG ?? 'silent');
export const PASSWORD = 'correct horse battery';

/** Milliseconds that a test can let pass. */
export function createClock() {
  let ahead = 0;
  return {
    now: () => Date.now() + ahead,
    advance(ms: number) {
      ahead += ms;
    },
  };
}

export interface SignedIn extends Visitor {
  id: string;
  email: string;
}

/** A gateway on real engines, asked over HTTP. */
export interface Harness {
  engines: TestEngines;
  db: Db;
  nc: Awaited<ReturnType<typeof connectNats>>;
  collections: Collections;
  clock: ReturnType<typeof createClock>;
  config: GatewayConfig;
  gateway: Gateway;
  url: string;
  api: Api;
  /** Another replica, on the same store. */
  replica(
    overrides?: GatewayOverrides,
    config?: Partial<GatewayConfig>,
  ): Promise<{ gateway: Gateway; url: string; api: Api }>;
  /** The organisation's first user. */
  owner(): Promise<SignedIn>;
  /** A new user, invited and signed in. */
  user(role: Role, fields?: { email?: string; personId?: string }): Promise<SignedIn>;
  /** A visitor with a new key. */
  key(role: Role, readOnly?: boolean): Promise<Visitor & { id: string; secret: string }>;
  close(): Promise<void>;
}

export interface HarnessOptions {
  engines?: TestEngineWishes;
  config?: Partial<GatewayConfig>;
  overrides?: GatewayOverrides;
}

export async function openHarness(options: HarnessOptions = {}): Promise<Harness> {
  const engines = await startTestEngines(options.engines ?? { nats: true, mongo: true, temporal: false });
  const { client, db } = await connectMongo(engines.mongoUrl);
  const nc = await connectNats(engines.natsUrl, 'test');
  await provision(nc);
  const clock = createClock();
  const running: Gateway[] = [];
  const config: GatewayConfig = {
    natsUrl: engines.natsUrl,
    mongoUrl: engines.mongoUrl,
    port: 0,
    host: '127.0.0.1',
    masterKey: randomBytes(32).toString('base64'),
    organisationId: 'acme',
    strangersPerMinute: 100_000,
    ...options.config,
  };

  async function replica(overrides: GatewayOverrides = {}, fields: Partial<GatewayConfig> = {}) {
    const defaults = { log, clock: clock.now };
    const gateway = createGateway({ ...config, ...fields }, { ...defaults, ...options.overrides, ...overrides });
    await gateway.start();
    running.push(gateway);
    const url = `http://127.0.0.1:${gateway.port}`;
    return { gateway, url, api: createApi(url) };
  }

  const { gateway, url, api } = await replica();
  let first: Promise<SignedIn> | undefined;
  let invited = 0;

  async function setUp(): Promise<SignedIn> {
    const visitor = api.visitor();
    const email = 'owner@example.com';
    const token = new URL(gateway.setupLink!).hash.slice(1);
    const body = { token, email, name: 'Olga Owner', password: PASSWORD };
    const answer = await api.call('setup.createFirstUser', { as: visitor, body });
    return Object.assign(visitor, { id: (answer.body as { id: string }).id, email });
  }

  const harness: Harness = {
    engines,
    db,
    nc,
    collections: collectionsOf(db),
    clock,
    config,
    gateway,
    url,
    api,
    replica,
    owner: () => {
      first ??= setUp();
      return first;
    },
    async user(role, fields = {}) {
      invited += 1;
      const email = fields.email ?? `user-${invited}@example.com`;
      const body = { name: `User ${invited}`, role, email, personId: fields.personId ?? null };
      const { link } = (await api.call('users.invite', { as: await harness.owner(), body })).body as { link: string };
      const visitor = api.visitor();
      const token = new URL(link).hash.slice(1);
      const me = (await api.call('signIn.acceptInvitation', { as: visitor, body: { token, password: PASSWORD } })).body;
      return Object.assign(visitor, { id: (me as { id: string }).id, email });
    },
    async key(role, readOnly = false) {
      const body = { name: `a ${role} key`, role, readOnly };
      const made = (await api.call('keys.create', { as: await harness.owner(), body })).body as {
        key: { id: string };
        secret: string;
      };
      return Object.assign(api.visitor(made.secret), { id: made.key.id, secret: made.secret });
    },
    async close() {
      await Promise.all(running.map((one) => one.stop()));
      await nc.close();
      await client.close();
      await engines.stop();
    },
  };
  return harness;
}
