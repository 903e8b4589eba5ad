import {
  busProbe,
  connectMongo,
  connectNats,
  consume,
  consumers,
  createClient,
  createLifecycle,
  createLogger,
  createLoop,
  createTelemetry,
  createTeller,
  createTemporalClient,
  serve,
  services,
  storeProbe,
  type Telemetry,
} from '@tocsin/platform';
import { decideLeftOver } from './answers/submit.ts';
import { type IncidentsConfig, incidentsConfig } from './config.ts';
import { createCourier } from './courier/courier.ts';
import { createWorkflowPort, type WorkflowPort } from './courier/workflow-port.ts';
import { createHandlers } from './handlers.ts';
import { createIntake } from './intake/intake.ts';
import { createLogFacts } from './log/log-facts.ts';
import { recordProgress } from './log/progress.ts';
import { createMessenger } from './messages/messenger.ts';
import { watchIncidents } from './metrics.ts';
import { endStranded } from './reconcile/end-stranded.ts';
import { reconcile } from './reconcile/reconcile.ts';
import { collectionsOf, ensureIndexes } from './store/collections.ts';

export interface IncidentsOverrides {
  /** Instead of Temporal. */
  workflows?: WorkflowPort;
}

export interface IncidentsService {
  start(): Promise<void>;
  stop(): Promise<void>;
  readonly telemetry: Telemetry;
}

const INTAKE_BATCH = 200;
const LEFT_OVER_EVERY_MS = 1_000;
const TEMPORAL_WITHIN_MS = 2_000;
const LOG_GATHER_MS = 100;
/** What providers say of one page's channels comes within a moment, and is one transaction then. */
const PROGRESS_GATHER_MS = 100;

/** Folds alerts into incidents, tells Temporal, takes answers and commands, owns the log. Any number of replicas. */
export function createIncidents(config: IncidentsConfig, overrides: IncidentsOverrides = {}): IncidentsService {
  const settings = incidentsConfig.parse(config);
  const log = createLogger('incidents', settings.logLevel);
  const lifecycle = createLifecycle(log);
  const telemetry = createTelemetry('incidents');
  const { health, metrics } = telemetry;

  async function start(): Promise<void> {
    const { client, db } = await connectMongo(settings.mongoUrl);
    lifecycle.add('store', () => client.close());
    health.needs('store', storeProbe(db));
    const collections = collectionsOf(db);
    await ensureIndexes(collections);
    watchIncidents(metrics, collections);
    const nc = await connectNats(settings.natsUrl, telemetry);
    lifecycle.add('bus', () => nc.close());
    health.needs('nats', busProbe(nc));
    const workflows = overrides.workflows ?? (await connectWorkflows());

    // Who counts what happened may hear of it a moment later.
    const teller = createTeller({ nc, store: createLogFacts(collections), log, gatherMs: LOG_GATHER_MS });
    lifecycle.add('teller', teller.stop);
    const courier = createCourier({ client, collections, workflows, log, metrics, everyMs: settings.courierEveryMs });
    lifecycle.add('courier', courier.stop);
    const alerts = createClient(nc, services.alerts);
    const changed = () => {
      courier.nudge();
      teller.nudge();
    };
    const answers = { collections, workflows, log };
    const server = serve(
      nc,
      services.incidents,
      createHandlers({ ...answers, client, alerts, logged: teller.nudge, changed }),
      { log },
    );
    lifecycle.add('server', server.stop);
    const leftOver = createLoop('left-over answers', LEFT_OVER_EVERY_MS, () => decideLeftOver(answers), log);
    lifecycle.add('left-over answers', leftOver.stop);
    const every = settings.reconcileEveryMs;
    const reconciler = createLoop('reconciler', every, () => reconcile({ ...answers, metrics }, every), log);
    lifecycle.add('reconciler', reconciler.stop);
    const { strandedEveryMs, strandedAfterMs: closedForMs } = settings;
    const stranded = createLoop(
      'stranded workflows',
      strandedEveryMs,
      () => endStranded({ ...answers, metrics, closedForMs }),
      log,
    );
    lifecycle.add('stranded workflows', stranded.stop);

    const intake = createIntake({ client, collections, alerts, log, folded: changed });
    for (const consumer of [consumers.incidentsIntakeHigh, consumers.incidentsIntakeLow]) {
      const running = await consume(nc, consumer, intake, { log, batch: INTAKE_BATCH, maxWaitMs: 0 });
      lifecycle.add(consumer.durable, running.stop);
    }
    const messenger = createMessenger(answers);
    lifecycle.add('messenger', messenger.stop);
    const progress = await consume(
      nc,
      consumers.incidentsProgress,
      async (batch) => {
        await recordProgress(
          client,
          collections,
          batch.map((one) => one.message),
        );
        teller.nudge();
        messenger.nudge();
      },
      { log, batch: INTAKE_BATCH, maxWaitMs: PROGRESS_GATHER_MS },
    );
    lifecycle.add(consumers.incidentsProgress.durable, progress.stop);
    // Started means that requests reach it.
    await nc.flush();
  }

  async function connectWorkflows(): Promise<WorkflowPort> {
    const { temporalAddress: address, temporalNamespace: namespace, temporalSecurity: security } = settings;
    const temporal = await createTemporalClient(address, namespace, { scope: 'incidents', security, log });
    const look = () =>
      temporal.connection.withDeadline(Date.now() + TEMPORAL_WITHIN_MS, () =>
        temporal.connection.workflowService.getSystemInfo({}),
      );
    health.needs('temporal', () => look().then(() => true));
    // It may come later: until then alerts are folded, answers are stored, and the courier tries again.
    const looked = look().catch(async (err: unknown) => {
      const reason = (await temporal.explain().catch((error: Error) => error))?.message;
      log.warn({ err, reason }, 'temporal is away, incidents are taken and told to it later');
    });
    lifecycle.add('temporal', async () => {
      await looked;
      await temporal.connection.close();
    });
    return createWorkflowPort(temporal, settings.turnAfterEvents);
  }

  return {
    start: () =>
      start().catch(async (error) => {
        await lifecycle.stop();
        throw error;
      }),
    stop: lifecycle.stop,
    telemetry,
  };
}
