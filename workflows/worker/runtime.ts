import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import type { Logger } from '@tocsin/platform';

/** Temporal warns of a worker without workflows. Those of the channels' queues have none, so that no channel holds up another. */
const NO_WORKFLOWS = 'No workflows registered';

let installed = false;

/**
 * Temporal's native part is one a process, so the first worker's log is everybody's. It must not take the process's signals: our
 * own lifecycle stops things in order. `metricsAddress` is `host:port`.
 */
export function installRuntime(log: Logger, metricsAddress?: string): void {
  if (installed) return;
  installed = true;
  const logger = new DefaultLogger('WARN', ({ level, message, meta }) => {
    if (message.startsWith(NO_WORKFLOWS)) return log.debug({ taskQueue: meta?.taskQueue }, 'worker of activities only');
    const fields = { said: message, error: meta?.error, workflowId: meta?.workflowId, taskQueue: meta?.taskQueue };
    if (level === 'ERROR') log.error(fields, 'temporal reports an error');
    else log.warn(fields, 'temporal warns');
  });
  const logging = { filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }), forward: {} };
  const metrics = metricsAddress === undefined ? {} : { metrics: { prometheus: prometheus(metricsAddress) } };
  Runtime.install({ logger, shutdownSignals: [], telemetryOptions: { logging, ...metrics } });
}

/** In Prometheus' own manner: seconds, units in names, `_total` after counts. */
function prometheus(bindAddress: string) {
  return { bindAddress, useSecondsForDurations: true, unitSuffix: true, countersTotalSuffix: true };
}
