import { z } from 'zod';
import { createOpsServer } from '../telemetry/ops-server.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { startTracing } from '../telemetry/tracing.ts';
import { loadConfig } from './config.ts';
import { createLifecycle } from './lifecycle.ts';
import { createLogger } from './log.ts';

/** A service as every `create…` makes it. */
export interface Service {
  readonly telemetry: Telemetry;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** What every service's process is told. */
export const processEnvironment = z.object({
  OPS_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  OPS_HOST: z.string().min(1).optional(),
  LOG_LEVEL: z.string().min(1).optional(),
});

/**
 * Runs a service as this process: tracing first, then the ops server, so that a start that waits is seen to wait, then the service;
 * on SIGTERM the other way round. Resolves with the service once it is started; undefined where it could not be: that is logged,
 * and the process ends by itself.
 */
export async function runService<S extends Service>(name: string, create: () => S): Promise<S | undefined> {
  let log = createLogger(name);
  try {
    const env = loadConfig(processEnvironment);
    log = createLogger(name, env.LOG_LEVEL);
    const lifecycle = createLifecycle(log);
    try {
      const tracing = await startTracing(name, log);
      lifecycle.add('tracing', tracing.stop);
      const service = create();
      if (env.OPS_PORT !== undefined) {
        const services = () => [service.telemetry];
        const ops = await createOpsServer({ log, port: env.OPS_PORT, host: env.OPS_HOST, services });
        lifecycle.add('ops', ops.stop);
      }
      for (const signal of ['SIGTERM', 'SIGINT'] as const) {
        process.once(signal, () => {
          service.telemetry.health.stopping();
          void service
            .stop()
            .then(lifecycle.stop)
            .finally(() => process.exit(0));
        });
      }
      await service.start();
      service.telemetry.health.started();
      return service;
    } catch (error) {
      await lifecycle.stop();
      throw error;
    }
  } catch (err) {
    log.error({ err }, 'start failed');
    // By itself and last: whoever keeps only the end of what a process wrote, as Kubernetes does in a pod's status, has the reason.
    log.fatal({ reason: err instanceof Error ? err.message : String(err) }, 'service cannot start');
    process.exitCode = 1;
    return undefined;
  }
}
