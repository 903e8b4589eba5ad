import { type InjectedSinks, type NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import type { Channel } from '@tocsin/domain';
import {
  busProbe,
  type Client,
  connectNats,
  connectTemporalWorker,
  crashPoint,
  createActivityInterceptors,
  createClient,
  createLifecycle,
  createLogger,
  createTelemetry,
  type NatsConnection,
  services,
  type Telemetry,
} from '@tocsin/platform';
import type { Notifier } from '@tocsin/proto/notifier/v1';
import { ACTIVITY_TIMES, INCIDENTS_QUEUE, type LifeSinks, PAGE_CHANNELS, pageQueue } from '../contracts/index.ts';
import { createLookUpActivities } from './activities/look-up.ts';
import { createPageActivities } from './activities/page.ts';
import { createPersistActivities } from './activities/persist.ts';
import { workflowBundle } from './bundle.ts';
import { checkNamespace } from './check-namespace.ts';
import { type WorkerConfig, workerConfig } from './config.ts';
import { workerMetrics } from './metrics.ts';
import { installRuntime } from './runtime.ts';
import { whenThere } from './when-there.ts';

export interface WorkerOverrides {
  /** Called when a worker stops by itself: nothing is carried out any more, so the process should end. */
  onFatal?(error: unknown): void;
  /** Workflows that were bundled before, such as when an image was built; made from the sources where absent. */
  workflowBundle?: { code: string };
}

export interface WorkerService {
  start(): Promise<void>;
  stop(): Promise<void>;
  readonly telemetry: Telemetry;
}

/** What is under way may end before a stopping worker is cut off: a page activity's budget, and a little. */
const SHUTDOWN_GRACE_MS = ACTIVITY_TIMES.page.budget + 1_000;

const LOOK_MS = 1_000;

/** The process that lives the incidents' workflows and carries out their effects. */
export function createWorker(config: WorkerConfig, overrides: WorkerOverrides = {}): WorkerService {
  const settings = workerConfig.parse(config);
  const log = createLogger('worker', settings.logLevel);
  const lifecycle = createLifecycle(log);
  const telemetry = createTelemetry('worker');
  const { health } = telemetry;

  async function start(): Promise<void> {
    installRuntime(log, settings.temporalMetricsAddress);
    const waiting = new AbortController();
    lifecycle.add('waiting', async () => waiting.abort());
    const there = <T>(connect: () => Promise<T>) => whenThere(connect, log, waiting.signal);
    const nc = await there(() => connectNats(settings.natsUrl, telemetry));
    lifecycle.add('nats', () => nc.close());
    health.needs('nats', busProbe(nc));
    const { temporalAddress: address, temporalNamespace: namespace, temporalSecurity: security } = settings;
    const temporal = await there(() => connectTemporalWorker(address, { security, log }));
    lifecycle.add('temporal', () => temporal.close());
    health.needs('temporal', () => answersIn(temporal.current));
    await there(() => checkNamespace(temporal.current, namespace));
    const { code } = overrides.workflowBundle ?? (await workflowBundle());
    const workers = await createAll(workerOptions(nc, temporal.current, code));
    temporal.carry(workers);
    const ended = Promise.all(workers.map(run));
    health.needs('workers', () => workers.every((one) => one.getState() === 'RUNNING'));
    health.livesBy(
      'workers',
      () => !workers.some((one) => one.getState() === 'FAILED' || one.getState() === 'STOPPED'),
    );
    for (const worker of workers) {
      const labels = { queue: worker.options.taskQueue };
      telemetry.metrics.sampled(workerMetrics.running, labels, () => (worker.getState() === 'RUNNING' ? 1 : 0));
    }
    lifecycle.add('workers', async () => {
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      await ended;
    });
  }

  /** One worker a queue: the incidents' own, and one for each channel, so that none can hold up another. */
  function workerOptions(nc: NatsConnection, connection: NativeConnection, code: string): WorkerOptions[] {
    const incidents = createClient(nc, services.incidents);
    const roster = createClient(nc, services.roster);
    const notifier = notifierClients(nc);
    const common = {
      connection,
      namespace: settings.temporalNamespace,
      shutdownGraceTime: SHUTDOWN_GRACE_MS,
      interceptors: { activity: [createActivityInterceptors(telemetry)] },
    };
    return [
      {
        ...common,
        taskQueue: INCIDENTS_QUEUE,
        workflowBundle: { code },
        sinks: lifeSinks,
        activities: {
          ...createLookUpActivities({ roster, incidents }),
          ...createPersistActivities({ incidents, notifier }),
        },
        maxCachedWorkflows: settings.maxCachedWorkflows,
        // What a killed worker had in its cache goes to another after this long.
        stickyQueueScheduleToStartTimeout: '3s',
        maxConcurrentActivityTaskExecutions: 100,
        workflowTaskPollerBehavior: { type: 'simple-maximum', maximum: 5 },
        activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 3 },
      },
      ...PAGE_CHANNELS.map((channel) => ({
        ...common,
        taskQueue: pageQueue(channel),
        activities: createPageActivities({ incidents, notifier }),
        maxConcurrentActivityTaskExecutions: 50,
        maxHeartbeatThrottleInterval: ACTIVITY_TIMES.page.beat,
        activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 3 } as const,
      })),
    ];
  }

  function run(worker: Worker): Promise<void> {
    return worker.run().catch((err: unknown) => {
      log.fatal({ err, taskQueue: worker.options.taskQueue }, 'worker stopped by itself');
      overrides.onFatal?.(err);
    });
  }

  return {
    start: () =>
      start().catch(async (error) => {
        await lifecycle.stop();
        throw error;
      }),
    stop: () => lifecycle.stop(),
    telemetry,
  };
}

async function answersIn(connection: NativeConnection): Promise<boolean> {
  await connection.withDeadline(Date.now() + LOOK_MS, () => connection.workflowService.getSystemInfo({}));
  return true;
}

const lifeSinks: InjectedSinks<LifeSinks> = {
  life: {
    turning: { fn: () => crashPoint('worker.turning') },
    turned: { fn: () => crashPoint('worker.turned') },
  },
};

/** All or none: a worker that was made and is never run would keep its connection open. */
async function createAll(options: WorkerOptions[]): Promise<Worker[]> {
  const made = await Promise.allSettled(options.map((one) => Worker.create(one)));
  const workers = made.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = made.find((one) => one.status === 'rejected');
  if (!failed) return workers;
  await Promise.allSettled(
    workers.map((worker) => {
      const ended = worker.run();
      worker.shutdown();
      return ended;
    }),
  );
  throw failed.reason;
}

function notifierClients(nc: NatsConnection): (channel: Channel) => Client<typeof Notifier> {
  const made = new Map<Channel, Client<typeof Notifier>>();
  return (channel) => {
    const known = made.get(channel) ?? createClient(nc, services.notifier, { instance: channel });
    made.set(channel, known);
    return known;
  };
}
