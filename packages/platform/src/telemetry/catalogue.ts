import type { MetricSpec } from './metrics.ts';

/** A metric as a constant: its name with its unit, its labels, and what it counts. */
export function metricSpec<const L extends string>(name: string, labels: readonly L[], help: string): MetricSpec<L> {
  return { name, labels, help };
}

/** The metrics that every service has of itself where it does such a thing. */
export const platformMetrics = {
  httpRequests: metricSpec(
    'tocsin_http_request_duration_seconds',
    ['method', 'route', 'status'],
    'HTTP requests from their headers until the answer was written, by route pattern and status class',
  ),
  rpcServed: metricSpec(
    'tocsin_rpc_server_duration_seconds',
    ['method', 'outcome'],
    'Requests over NATS that this service answered, by what it answered',
  ),
  rpcAsked: metricSpec(
    'tocsin_rpc_client_duration_seconds',
    ['method', 'outcome'],
    'Requests over NATS that this service made, by what it heard',
  ),
  factsTold: metricSpec(
    'tocsin_facts_told_total',
    ['fact', 'outcome'],
    'Facts published, by whether their stream acknowledged them',
  ),
  factsConsumed: metricSpec(
    'tocsin_facts_consumed_total',
    ['consumer', 'outcome'],
    'Facts that were settled: done, to come again, or rejected as poison',
  ),
  factsRedelivered: metricSpec(
    'tocsin_facts_redelivered_total',
    ['consumer'],
    'Facts that were delivered again: a handler failed before, or a replica died with them',
  ),
  factsWaited: metricSpec(
    'tocsin_fact_wait_seconds',
    ['consumer'],
    'From the instant at which a stream stored a fact until a handler was given it',
  ),
  consumerPending: metricSpec(
    'tocsin_consumer_pending_facts',
    ['consumer'],
    'Facts in the stream that the consumer was not given yet, as the server says; the same from every replica',
  ),
  consumerUnacknowledged: metricSpec(
    'tocsin_consumer_unacknowledged_facts',
    ['consumer'],
    'Facts given to some replica and not settled yet, as the server says; the same from every replica',
  ),
  activities: metricSpec(
    'tocsin_activity_duration_seconds',
    ['activity', 'outcome'],
    'Attempts of activities that this worker carried out',
  ),
  busUp: metricSpec('tocsin_bus_up', [], '1 while connected to NATS, else 0'),
  ready: metricSpec('tocsin_ready', [], '1 while ready, as /readyz says it, else 0'),
};
