import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import type { Logger } from '@tocsin/platform';

/** Temporal warns of a worker without workflows. Those of the channels' queues have none, so that no channel holds up another. */
const NO_WORKFLOWS = 'No workflows registered';

let installed = false;

/**
 * Temporal's native part is one a process, so the first worker's log is everybody's. It must not take the process's signals: our
 * own lifecycle stops things in order.
 */
export function installRuntime(log: Logger): void {
  if (installed) return;
  installed = true;
  const logger = new DefaultLogger('WARN', ({ level, message, meta }) => {
    if (message.startsWith(NO_WORKFLOWS)) return log.debug({ taskQueue: meta?.taskQueue }, 'worker of activities only');
    const fields = { said: message, error: meta?.error, workflowId: meta?.workflowId, taskQueue: meta?.taskQueue };
    if (level === 'ERROR') log.error(fields, 'temporal reports an error');
    else log.warn(fields, 'temporal warns');
  });
  const logging = { filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }), forward: {} };
  Runtime.install({ logger, shutdownSignals: [], telemetryOptions: { logging } });
}
