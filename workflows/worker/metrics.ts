import { metricSpec } from '@tocsin/platform';

/** The worker's own metrics, beside those that every service has. */
export const workerMetrics = {
  running: metricSpec('tocsin_worker_running', ['queue'], '1 while the worker of this task queue polls, else 0'),
};
