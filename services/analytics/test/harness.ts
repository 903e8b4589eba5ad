import type { MessageInitShape } from '@bufbuild/protobuf';
import type { KpiEntry } from '@tocsin/domain';
import { startTestEngines } from '@tocsin/local/engines';
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
  provision,
  serve,
  services,
  timestamp,
  until,
} from '@tocsin/platform';
import type { QueryRequestSchema } from '@tocsin/proto/analytics/v1';
import type { Incidents } from '@tocsin/proto/incident/v1';
import type { Roster } from '@tocsin/proto/roster/v1';
import { type Analytics, type AnalyticsOverrides, createAnalytics } from '../src/index.ts';
import { collectionsOf } from '../src/store/collections.ts';

export const log = createLogger('test', process.env.TEST_LOG ?? 'silent');

/** An incident as `incidents` has it in its store. */
export interface StoredIncident {
  incidentId: string;
  organisationId: string;
  log: KpiEntry[];
}

export type Harness = Awaited<ReturnType<typeof openHarness>>;

/** Real engines, stubs of incidents' log and of the roster's zones, and replicas of analytics. */
export async function openHarness() {
  const engines = await startTestEngines({ nats: true, mongo: true, temporal: false });
  const nc = await connectNats(engines.natsUrl, 'test');
  await provision(nc);
  const { client, db } = await connectMongo(engines.mongoUrl);
  const collections = collectionsOf(db);
  const stored = new Map<string, StoredIncident>();
  const zones = new Map<string, string>();
  const asked: string[][] = [];

  const incidents = serve(nc, services.incidents, onlyThese<typeof Incidents>({ logSince: pageOf(stored) }), { log });
  const roster = serve(
    nc,
    services.roster,
    onlyThese<typeof Roster>({
      timeZones: async ({ personIds }) => {
        asked.push(personIds);
        return { zones: Object.fromEntries([...zones].filter(([person]) => personIds.includes(person))) };
      },
    }),
    { log },
  );
  const rows = db.collection<FactRow>('testFacts');
  const store = createMongoFactStore(rows);
  await store.ensure();
  const teller = createTeller({ nc, store, log, sweepEveryMs: 200 });
  let replicas: Analytics[] = [];
  let told = 0;

  return {
    collections,
    stored,
    zones,
    asked,
    analytics: createClient(nc, services.analytics),
    async replica(overrides: AnalyticsOverrides = {}): Promise<Analytics> {
      const { natsUrl, mongoUrl } = engines;
      const replica = createAnalytics({ natsUrl, mongoUrl, port: 0, host: '127.0.0.1' }, { log, ...overrides });
      await replica.start();
      replicas.push(replica);
      return replica;
    },
    /** Stores incidents as `incidents` does. */
    keep(some: StoredIncident[]): void {
      for (const one of some) stored.set(one.incidentId, one);
    },
    /** Tells entries, in the order given, each as a fact of its own. */
    async tell(some: { incident: StoredIncident; entry: KpiEntry }[]): Promise<void> {
      const factRows = some.map(({ incident, entry }) => {
        told += 1;
        return factRow(facts.incidentLogged, loggedFrom(incident, entry), { id: `${told}` });
      });
      if (factRows.length > 0) await rows.insertMany(factRows);
      teller.nudge();
    },
    /** Until the numbers of these incidents are those of their whole logs. */
    async folded(some: StoredIncident[]): Promise<void> {
      await until(
        async () => {
          const docs = await collections.incidents.find({ _id: { $in: some.map((one) => one.incidentId) } }).toArray();
          const heads = new Map(docs.map((doc) => [doc._id, doc.kpis.head]));
          return some.every((one) => heads.get(one.incidentId) === one.log.length);
        },
        { what: 'whole logs to be taken in', timeoutMs: 30_000 },
      );
    },
    async stopReplicas(): Promise<void> {
      await Promise.all(replicas.map((one) => one.stop()));
      replicas = [];
    },
    async close(): Promise<void> {
      await Promise.all(replicas.map((one) => one.stop()));
      await teller.stop();
      await Promise.all([incidents.stop(), roster.stop()]);
      await client.close();
      await nc.close();
      await engines.stop();
    },
  };
}

type Handlers<S extends typeof Incidents | typeof Roster> = Parameters<typeof serve<S>>[2];

/** A neighbour of which analytics asks nothing else. */
function onlyThese<S extends typeof Incidents | typeof Roster>(some: Partial<Handlers<S>>): Handlers<S> {
  const refuse = async () => {
    throw new Error('not asked in this test');
  };
  return new Proxy(some, { get: (target, name) => Reflect.get(target, name) ?? refuse }) as Handlers<S>;
}

const PAGE = 37;

/** Pages as the contract says them, small enough to need many. */
function pageOf(stored: Map<string, StoredIncident>): Handlers<typeof Incidents>['logSince'] {
  return async ({ incidentId, cursor }) => {
    const [, known = '', position = '0'] = /^(.+)\/(\d+)$/.exec(cursor) ?? [];
    const all = [...stored.values()]
      .filter((one) => incidentId === '' || one.incidentId === incidentId)
      .sort((a, b) => (a.incidentId < b.incidentId ? -1 : 1))
      .flatMap((incident) => incident.log.map((entry) => ({ incident, entry })));
    const rest = all.filter(
      ({ incident, entry }) =>
        incident.incidentId > known || (incident.incidentId === known && entry.position > Number(position)),
    );
    const page = rest.slice(0, PAGE);
    const last = page.at(-1);
    return {
      entries: page.map(({ incident, entry }) => loggedFrom(incident, entry)),
      nextCursor: last ? `${last.incident.incidentId}/${last.entry.position}` : '',
    };
  };
}

function loggedFrom({ incidentId, organisationId }: StoredIncident, { position, kind, at, data }: KpiEntry) {
  return {
    entryId: `${incidentId}/${position}`,
    organisationId,
    incidentId,
    position: BigInt(position),
    kind,
    at: timestamp(at),
    dataJson: JSON.stringify(data),
  };
}

export type Query = Omit<MessageInitShape<typeof QueryRequestSchema>, 'from' | 'until' | '$typeName'> & {
  from: number;
  until: number;
};

/** What was asked, and an answer in plain numbers: `<kpi> <group>` to buckets and total. */
export async function ask({ analytics }: Pick<Harness, 'analytics'>, { from, until: end, ...query }: Query) {
  const { series } = await analytics.query({ ...query, from: timestamp(from), until: timestamp(end) });
  const plain = (one: (typeof series)[number]['total']) =>
    one && {
      n: Number(one.n),
      sum: one.sum,
      median: one.median ?? null,
      p90: one.p90 ?? null,
      p95: one.p95 ?? null,
    };
  return Object.fromEntries(
    series.map(({ kpi, group, points, total }) => [
      [kpi, ...group].join(' '),
      {
        points: points.map(({ start, statistics }) => ({
          start: Number(start?.seconds) * 1_000,
          statistics: plain(statistics),
        })),
        total: plain(total),
      },
    ]),
  );
}
