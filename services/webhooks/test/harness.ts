import { randomBytes } from 'node:crypto';
import { startTestEngines, type TestEngineWishes } from '@tocsin/local/engines';
import {
  connectMongo,
  connectNats,
  createClient,
  createLogger,
  createMongoFactStore,
  createTeller,
  type FactRow,
  factRow,
  facts,
  type Handlers,
  NotFound,
  newId,
  provision,
  serve,
  services,
  timestamp,
} from '@tocsin/platform';
import type { Incidents } from '@tocsin/proto/incident/v1';
import { createWebhooks, type Webhooks, type WebhooksConfig, type WebhooksOverrides } from '../src/index.ts';
import { collectionsOf } from '../src/store/collections.ts';

export const log = createLogger('test', process.env.TEST_LOG ?? 'silent');
export const OPENED = Date.UTC(2026, 0, 5, 3);
/** Where receivers of tests are. */
export const LOOPBACK = ['127.0.0.0/8', '::1/128'];

export type Harness = Awaited<ReturnType<typeof openHarness>>;

/** Real engines, a stub of incidents that knows what was told, and replicas of webhooks. */
export async function openHarness(wishes: Pick<TestEngineWishes, 'mongo'> = {}) {
  const engines = await startTestEngines({ nats: true, mongo: true, temporal: false, ...wishes });
  const nc = await connectNats(engines.natsUrl, 'test');
  await provision(nc);
  const { client, db } = await connectMongo(engines.mongoUrl);
  const known = new Map<string, string>();
  let numbers = 0;

  const serveIncidents = () => serve(nc, services.incidents, onlyGet(known), { log });
  let incidents: { stop(): Promise<void> } | undefined = serveIncidents();
  const rows = db.collection<FactRow>('testFacts');
  const store = createMongoFactStore(rows);
  await store.ensure();
  const teller = createTeller({ nc, store, log, sweepEveryMs: 200 });
  const config: WebhooksConfig = {
    natsUrl: engines.natsUrl,
    mongoUrl: engines.mongoUrl,
    masterKey: randomBytes(32).toString('base64'),
    allowedNetworks: LOOPBACK,
    publicUrl: 'https://tocsin.example',
    timeoutMs: 5_000,
    retryDelaysMs: [100, 200, 400, 800],
  };
  const replicas: Webhooks[] = [];

  return {
    engines,
    nc,
    config,
    collections: collectionsOf(db),
    webhooks: createClient(nc, services.webhooks),
    async replica(overrides: WebhooksOverrides = {}, own: Partial<WebhooksConfig> = {}): Promise<Webhooks> {
      const replica = createWebhooks(
        { ...config, ...own },
        { log, ...overrides, send: { lookEveryMs: 50, leaseMs: 20_000, ...overrides.send } },
      );
      await replica.start();
      replicas.push(replica);
      return replica;
    },
    /** Tells an entry of an incident's log as incidents does; resolves with its id. */
    async tell(
      kind: string,
      data: Record<string, unknown> = {},
      { organisationId = 'acme', incidentId = newId(), at = Date.now() } = {},
    ): Promise<string> {
      numbers += 1;
      if (!known.has(incidentId)) known.set(incidentId, `INC-${numbers}`);
      const entryId = `${incidentId}/0-${numbers}`;
      const logged = {
        entryId,
        organisationId,
        incidentId,
        position: BigInt(numbers),
        kind,
        at: timestamp(at),
        dataJson: JSON.stringify(data),
      };
      await rows.insertOne(factRow(facts.incidentLogged, logged, { id: entryId }));
      teller.nudge();
      return entryId;
    },
    /** Tells the same entries again, as a stream may. */
    async tellAgain(): Promise<void> {
      const all = await rows.find().toArray();
      await rows.insertMany(all.map((row) => ({ ...row, _id: `${row._id}/again`, told: null })));
      teller.nudge();
    },
    forget(): void {
      known.clear();
    },
    async incidentsAway(): Promise<void> {
      await incidents?.stop();
      incidents = undefined;
    },
    incidentsBack(): void {
      incidents ??= serveIncidents();
    },
    async stopReplicas(): Promise<void> {
      await Promise.all(replicas.splice(0).map((one) => one.stop()));
    },
    async close(): Promise<void> {
      await Promise.all(replicas.map((one) => one.stop()));
      await teller.stop();
      await incidents?.stop();
      await client.close();
      await nc.close();
      await engines.stop();
    },
  };
}

/** Incidents, of which nothing is asked but what they are. */
function onlyGet(known: Map<string, string>): Handlers<typeof Incidents> {
  const get: Handlers<typeof Incidents>['get'] = async ({ organisationId, incident }) => {
    const number = known.get(incident);
    if (!number) throw new NotFound('there is no such incident', { code: 'incident-unknown' });
    return {
      id: incident,
      organisationId,
      number,
      status: 'open',
      severity: 'critical',
      title: 'db-17 unreachable',
      teamId: 'secops',
      openedAt: timestamp(OPENED),
    };
  };
  const refuse = async () => {
    throw new Error('not asked in this test');
  };
  return new Proxy({ get }, { get: (target, name) => Reflect.get(target, name) ?? refuse }) as Handlers<
    typeof Incidents
  >;
}
