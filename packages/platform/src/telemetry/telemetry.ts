import type { NatsConnection } from '@nats-io/nats-core';
import { platformMetrics } from './catalogue.ts';
import { createHealth, type Health } from './health.ts';
import { createMetrics, type Metrics } from './metrics.ts';

/** What one service says of itself to whoever runs it. */
export interface Telemetry {
  /** The service's name: of its spans, and in the label `component` of its numbers. */
  readonly service: string;
  readonly metrics: Metrics;
  readonly health: Health;
}

export function createTelemetry(service: string): Telemetry {
  const metrics = createMetrics(service);
  const health = createHealth();
  metrics.sampled(platformMetrics.ready, {}, async () => ((await health.readiness()).ok ? 1 : 0));
  return { service, metrics, health };
}

const connections = new WeakMap<NatsConnection, Telemetry>();
/** Of connections that nobody looks after, such as a test's or a command's. */
const unnamed = createTelemetry('unnamed');

export function setTelemetry(nc: NatsConnection, telemetry: Telemetry): void {
  connections.set(nc, telemetry);
}

/** Whose connection it is. */
export function telemetryOf(nc: NatsConnection): Telemetry {
  return connections.get(nc) ?? unnamed;
}
