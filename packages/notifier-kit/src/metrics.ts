import { metricSpec } from '@tocsin/platform';

/** What a notifier counts, beside what every service does. Providers are named by the operator's own configuration. */
export const notifierMetrics = {
  requests: metricSpec(
    'tocsin_provider_request_duration_seconds',
    ['channel', 'provider', 'outcome'],
    'Requests to providers to take a notification, by whether they did, else why not',
  ),
  receipts: metricSpec(
    'tocsin_receipts_total',
    ['channel', 'provider', 'receipt'],
    'What providers said of notifications by callback; a provider may say a thing more than once',
  ),
  answers: metricSpec(
    'tocsin_answers_total',
    ['channel', 'answer', 'outcome'],
    'Answers that were brought, by what they were and what was decided on them while the person waited; `stored` where nothing was yet',
  ),
  resting: metricSpec(
    'tocsin_provider_resting',
    ['channel', 'provider'],
    '1 while a provider is asked last because it failed again and again, or asked for a rest, else 0',
  ),
  delivering: metricSpec('tocsin_deliveries_running', ['channel'], 'Deliveries that this replica works on'),
};
