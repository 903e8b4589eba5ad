import type { DescMethodUnary, DescService } from '@bufbuild/protobuf';
import type { NatsConnection } from '@nats-io/nats-core';
import { toTocsinError } from '../errors/classify.ts';
import { classOf, Unavailable } from '../errors/errors.ts';
import type { ServiceEntry } from '../nats/topology.ts';
import { platformMetrics } from '../telemetry/catalogue.ts';
import { enterSpan, inSpan, type SpanSpec } from '../telemetry/spans.ts';
import { telemetryOf } from '../telemetry/telemetry.ts';

/** Why a request that may be repeated was not answered, as far as that tells an operator where to look. */
const TOLD_APART = new Set(['timeout', 'no-responder', 'overloaded']);

/** Runs calls of one method, each counted and a span. A server's are of the trace that the request names. */
export function createCallWatch(
  nc: NatsConnection,
  service: ServiceEntry<DescService>,
  method: DescMethodUnary,
  side: 'client' | 'server',
): <T>(traceparent: string | undefined, call: () => Promise<T>) => Promise<T> {
  const telemetry = telemetryOf(nc);
  const name = `${service.desc.typeName}/${method.name}`;
  const count = telemetry.metrics.duration(side === 'client' ? platformMetrics.rpcAsked : platformMetrics.rpcServed);
  const spec: SpanSpec = {
    scope: telemetry.service,
    name,
    kind: side,
    attributes: { 'rpc.system.name': 'nats', 'rpc.method': name },
  };

  async function counted<T>(call: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    let outcome = 'ok';
    try {
      return await call();
    } catch (error) {
      outcome = outcomeOf(error);
      throw error;
    } finally {
      count({ method: name, outcome }, (performance.now() - startedAt) / 1_000);
    }
  }

  return side === 'client'
    ? (_, call) => inSpan(spec, () => counted(call))
    : (traceparent, call) => enterSpan(traceparent, spec, () => counted(call));
}

function outcomeOf(thrown: unknown): string {
  const error = toTocsinError(thrown);
  if (error instanceof Unavailable && TOLD_APART.has(error.code)) return error.code;
  return classOf(error)
    .replaceAll(/(?<=.)[A-Z]/g, (letter) => `-${letter}`)
    .toLowerCase();
}
