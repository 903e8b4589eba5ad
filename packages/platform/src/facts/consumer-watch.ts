import type { DescMessage } from '@bufbuild/protobuf';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/nats-core';
import type { ConsumerEntry } from '../nats/topology.ts';
import { platformMetrics } from '../telemetry/catalogue.ts';
import type { SpanSpec } from '../telemetry/spans.ts';
import { telemetryOf } from '../telemetry/telemetry.ts';
import type { OpenDelivery } from './delivery.ts';

const ASK_MS = 1_000;

/** Counts what a durable consumer is given and what becomes of it, and asks the server how far it is when that is scraped. */
export function watchConsumer(nc: NatsConnection, { durable, stream, filter }: ConsumerEntry<DescMessage>) {
  const { metrics, service } = telemetryOf(nc);
  const consumer = { consumer: durable };
  const settled = metrics.counter(platformMetrics.factsConsumed);
  settled({ ...consumer, outcome: 'rejected' }, 0);
  const redelivered = metrics.counter(platformMetrics.factsRedelivered);
  const waited = metrics.duration(platformMetrics.factsWaited);

  const ask = async () => {
    // Looking for the server's account of itself would be one more thing to wait for.
    const manager = await jetstreamManager(nc, { timeout: ASK_MS, checkAPI: false });
    return manager.consumers.info(stream, durable);
  };
  const forget = [
    metrics.sampled(platformMetrics.consumerPending, consumer, async () => (await ask()).num_pending),
    metrics.sampled(platformMetrics.consumerUnacknowledged, consumer, async () => (await ask()).num_ack_pending),
  ];

  return {
    spec: (facts: number): SpanSpec => ({
      scope: service,
      name: `process ${filter}`,
      kind: 'consumer',
      attributes: {
        'messaging.system': 'nats',
        'messaging.operation.type': 'process',
        'messaging.destination.name': filter,
        'messaging.consumer.group.name': durable,
        'messaging.batch.message_count': facts,
      },
    }),
    undecodable(facts: number): void {
      if (facts > 0) settled({ ...consumer, outcome: 'rejected' }, facts);
    },
    given(batch: readonly OpenDelivery<unknown>[]): void {
      for (const one of batch) {
        waited(consumer, one.waitedMs / 1_000);
        if (one.deliveries > 1) redelivered(consumer);
      }
    },
    settled(batch: readonly OpenDelivery<unknown>[]): void {
      for (const one of batch) settled({ ...consumer, outcome: one.settled() ?? 'retried' });
    },
    stop(): void {
      for (const one of forget) one();
    },
  };
}
