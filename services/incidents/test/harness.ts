import type { MessageInitShape } from '@bufbuild/protobuf';
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
  newId,
  provision,
  serve,
  services,
  timestamp,
  until,
} from '@tocsin/platform';
import { Action, type Decision, type ReceivedSchema, Severity } from '@tocsin/proto/alert/v1';
import type { ProgressedSchema } from '@tocsin/proto/page/v1';
import type { FoldAlert } from '../src/core/fold.ts';
import { createIncidents, type IncidentsService, type WorkflowPort } from '../src/index.ts';
import { collectionsOf, ensureIndexes } from '../src/store/collections.ts';

export const log = createLogger('test', process.env.TEST_LOG ?? 'silent');

export type Alert = MessageInitShape<typeof ReceivedSchema>;
export type Harness = Awaited<ReturnType<typeof openHarness>>;

/** A trigger of one organisation's one integration; ids are new each time. */
export function alert(organisationId: string, over: Alert = {}): Alert {
  const dedupKey = over.dedupKey ?? 'disk';
  return {
    alertId: newId(),
    organisationId,
    integrationId: 'probe',
    action: Action.TRIGGER,
    dedupKey,
    groupKey: dedupKey,
    severity: Severity.HIGH,
    receivedAt: timestamp(Date.now()),
    ...over,
  };
}

/** The same as intake sees it. */
export function folding(organisationId: string, over: Partial<FoldAlert> = {}): FoldAlert {
  return {
    alertId: newId(),
    organisationId,
    integrationId: 'probe',
    action: 'trigger',
    dedupKey: 'disk',
    groupKey: 'disk',
    severity: 'high',
    receivedAt: Date.now(),
    sourceAt: null,
    drill: false,
    teamHint: '',
    title: 'Disk is full',
    ...over,
  };
}

/** Real engines, a stub of ingestion, and replicas of incidents over a Temporal that each test makes up. */
export async function openHarness({ temporal = false }: Pick<TestEngineWishes, 'temporal'> = {}) {
  const engines = await startTestEngines({ nats: true, mongo: true, temporal });
  const nc = await connectNats(engines.natsUrl, 'test');
  await provision(nc);
  const { client, db } = await connectMongo(engines.mongoUrl);
  const collections = collectionsOf(db);
  await ensureIndexes(collections);

  const decided: Decision[] = [];
  const alerts = serve(
    nc,
    services.alerts,
    {
      describe: async ({ alertIds }) => ({ texts: alertIds.map((alertId) => ({ alertId, title: 'Disk is full' })) }),
      decide: async ({ decisions }) => {
        decided.push(...decisions);
        return {};
      },
      applyIntegrations: async () => ({ changes: [] }),
      get: async () => ({}),
      list: async () => ({ alerts: [] }),
    },
    { log },
  );
  const rows = db.collection<FactRow>('testFacts');
  const store = createMongoFactStore(rows);
  await store.ensure();
  const teller = createTeller({ nc, store, log, sweepEveryMs: 200 });
  let replicas: IncidentsService[] = [];

  return {
    engines,
    client,
    collections,
    decided,
    alerts: createClient(nc, services.alerts),
    incidents: createClient(nc, services.incidents),
    /** `workflows` stands for Temporal; null: the real one is asked. */
    async replica(workflows: WorkflowPort | null, over: { reconcileEveryMs?: number } = {}): Promise<IncidentsService> {
      const { natsUrl, mongoUrl, temporalAddress, namespace: temporalNamespace } = engines;
      const logLevel = process.env.TEST_LOG ?? 'silent';
      const config = { natsUrl, mongoUrl, temporalAddress, temporalNamespace, logLevel, ...over };
      const replica = createIncidents(config, workflows ? { workflows } : {});
      await replica.start();
      replicas.push(replica);
      return replica;
    },
    /** Tells alerts as ingestion does. */
    async receive(received: Alert[]): Promise<void> {
      const urgencyOf = ({ severity }: Alert) => (severity === Severity.CRITICAL ? 'high' : 'low');
      await rows.insertMany(
        received.map((one) => factRow(facts.alertReceived, one, { id: one.alertId!, urgency: urgencyOf(one) })),
      );
      teller.nudge();
    },
    /** Tells of notifications as notifiers do. */
    async progress(told: MessageInitShape<typeof ProgressedSchema>[]): Promise<void> {
      await rows.insertMany(told.map((one) => factRow(facts.pageProgressed, one, { id: newId() })));
      teller.nudge();
    },
    /** An organisation's incidents in the order of their numbers, once there are so many. */
    incidentsOf(organisationId: string, atLeast: number) {
      return until(
        async () => {
          const found = await collections.incidents.find({ organisationId }).toArray();
          const number = (one: { number: string }) => Number(one.number.slice('INC-'.length));
          return found.length >= atLeast && found.sort((a, b) => number(a) - number(b));
        },
        { what: `${atLeast} incidents of ${organisationId}`, timeoutMs: 20_000 },
      );
    },
    /** Stops every replica: what comes next is another life. */
    async stopReplicas(): Promise<void> {
      await Promise.all(replicas.map((one) => one.stop()));
      replicas = [];
    },
    async close(): Promise<void> {
      await Promise.all(replicas.map((one) => one.stop()));
      await teller.stop();
      await alerts.stop();
      await client.close();
      await nc.close();
      await engines.stop();
    },
  };
}
