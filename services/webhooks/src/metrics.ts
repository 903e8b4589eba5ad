import { type Metrics, metricSpec } from '@tocsin/platform';
import { type Collections, DUE_AT_ALL } from './store/collections.ts';

/** What is told of outgoing webhooks, beside what every service tells. */
export const webhooksMetrics = {
  attempts: metricSpec(
    'tocsin_webhook_attempt_duration_seconds',
    ['outcome'],
    'Requests to receivers of webhooks, by whether they took the message, else why not',
  ),
  waiting: metricSpec(
    'tocsin_webhook_messages_due',
    [],
    'Messages whose next attempt is due, 10,000 at most; the same from every replica',
  ),
};

/** What is told of a backlog ends here: beyond, only its length would be new. */
const COUNTED = 10_000;

export function watchDeliveries(metrics: Metrics, { deliveries }: Collections): void {
  metrics.sampled(webhooksMetrics.waiting, {}, () =>
    deliveries.countDocuments({ state: 'pending', dueAt: { $lte: new Date() } }, { hint: DUE_AT_ALL, limit: COUNTED }),
  );
}
