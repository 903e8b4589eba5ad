import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import type { Logger } from '@tocsin/platform';

let installed = false;

/**
 * Temporal's native part is one a process, so the first worker's log is everybody's. It must not take the process's signals: our
 * own lifecycle stops things in order.
 */
export function installRuntime(log: Logger): void {
  if (installed) return;
  installed = true;
  const logger = new DefaultLogger('WARN', ({ level, message, meta }) => {
    const fields = { said: message, error: meta?.error, workflowId: meta?.workflowId, taskQueue: meta?.taskQueue };
    if (level === 'ERROR') log.error(fields, 'temporal reports an error');
    else log.warn(fields, 'temporal warns');
  });
  const logging = { filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }), forward: {} };
  Runtime.install({ logger, shutdownSignals: [], telemetryOptions: { logging } });
}
