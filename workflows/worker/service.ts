import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import type { Channel } from '@tocsin/domain';
import {
  type Client,
  connectNats,
  connectTemporalWorker,
  createClient,
  createLifecycle,
  createLogger,
  services,
} from '@tocsin/platform';
import type { Notifier } from '@tocsin/proto/notifier/v1';
import { INCIDENTS_QUEUE, PAGE_CHANNELS, pageQueue } from '../contracts/index.ts';
import { createLookUpActivities } from './activities/look-up.ts';
import { createPageActivities } from './activities/page.ts';
import { createPersistActivities } from './activities/persist.ts';
import { workflowBundle } from './bundle.ts';
import { type WorkerConfig, workerConfig } from './config.ts';

export interface WorkerOverrides {
  /** Called when a worker stops by itself: nothing is carried out any more, so the process should end. */
  onFatal?(error: unknown): void;
}

export interface WorkerService {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** What is under way may end before a stopping worker is cut off: a page activity's budget, and a little. */
const SHUTDOWN_GRACE_MS = 9_000;

let runtimeInstalled = false;

/** The process that lives the incidents' workflows and carries out their effects. */
export function createWorker(config: WorkerConfig, overrides: WorkerOverrides = {}): WorkerService {
  const settings = workerConfig.parse(config);
  const log = createLogger('worker', settings.logLevel);
  const lifecycle = createLifecycle(log);

  async function start(): Promise<void> {
    installRuntime();
    const nc = await connectNats(settings.natsUrl, 'worker');
    lifecycle.add('nats', () => nc.close());
    const connection = await connectTemporalWorker(settings.temporalAddress);
    lifecycle.add('temporal', () => connection.close());

    const notifiers = new Map<Channel, Client<typeof Notifier>>();
    const notifier = (channel: Channel): Client<typeof Notifier> => {
      const known = notifiers.get(channel) ?? createClient(nc, services.notifier, { instance: channel });
      notifiers.set(channel, known);
      return known;
    };
    const roster = createClient(nc, services.roster);
    const incidents = createClient(nc, services.incidents);
    const common = { connection, namespace: settings.temporalNamespace, shutdownGraceTime: SHUTDOWN_GRACE_MS };

    run(
      'incidents',
      await Worker.create({
        ...common,
        taskQueue: INCIDENTS_QUEUE,
        workflowBundle: await workflowBundle(),
        activities: {
          ...createLookUpActivities({ roster, incidents }),
          ...createPersistActivities({ incidents, notifier }),
        },
        maxCachedWorkflows: settings.maxCachedWorkflows,
        maxConcurrentActivityTaskExecutions: 100,
      }),
    );
    for (const channel of PAGE_CHANNELS) {
      const activities = createPageActivities({ incidents, notifier });
      run(
        pageQueue(channel),
        await Worker.create({
          ...common,
          taskQueue: pageQueue(channel),
          activities,
          maxConcurrentActivityTaskExecutions: 50,
        }),
      );
    }
  }

  function run(name: string, worker: Worker): void {
    const ended = worker.run().catch((error: unknown) => {
      log.fatal({ err: error, worker: name }, 'worker stopped by itself');
      overrides.onFatal?.(error);
    });
    lifecycle.add(name, async () => {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await ended;
    });
  }

  return {
    start: () =>
      start().catch(async (error) => {
        await lifecycle.stop();
        throw error;
      }),
    stop: () => lifecycle.stop(),
  };
}

/** The runtime is one a process. It must not take the process's signals: our own lifecycle stops things in order. */
function installRuntime(): void {
  if (runtimeInstalled) return;
  runtimeInstalled = true;
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
}
