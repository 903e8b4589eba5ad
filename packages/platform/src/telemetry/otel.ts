import {
  type Attributes,
  type DiagLogger,
  DiagLogLevel,
  diag,
  type Span as OtelSpan,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';
import type { Logger } from '../runtime/log.ts';
import type { Recorder, Span, SpanSpec } from './spans.ts';
import type { Trace } from './trace.ts';

const KINDS: Record<SpanSpec['kind'], SpanKind> = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
};
/** A collector that stays away is said again after so long. */
const SAY_AGAIN_MS = 10 * 60_000;

export interface Exporting {
  recorder: Recorder;
  /** Sends what is left. May take as long as the collector does; what is not taken is said. */
  shutdown(): Promise<void>;
}

/**
 * Traces to wherever the standard `OTEL_*` variables say, sampled, batched and limited as they say. Loaded only where they say
 * anything. Nothing is patched: every span is one of our few seams.
 */
export function startExporting(serviceName: string, log: Logger): Exporting {
  // What of the machine is told is the operator's to choose: the others name its user and its command line.
  process.env.OTEL_NODE_RESOURCE_DETECTORS ??= 'env,serviceinstance';
  const sdk = new NodeSDK({
    serviceName: process.env.OTEL_SERVICE_NAME ?? serviceName,
    textMapPropagator: null,
    instrumentations: [],
    metricReaders: [],
    logRecordProcessors: [],
  });
  const say = sayNowAndThen(log);
  diag.setLogger(diagnostics(say), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  sdk.start();
  return {
    recorder: createRecorder(),
    async shutdown() {
      // Who starts again in this process is not given what was shut down.
      trace.disable();
      await sdk.shutdown().catch((error: unknown) => say(String(error)));
    },
  };
}

function createRecorder(): Recorder {
  const tracers = new Map<string, Tracer>();
  const tracerOf = (scope: string) => {
    const known = tracers.get(scope) ?? trace.getTracer(`@tocsin/${scope}`);
    tracers.set(scope, known);
    return known;
  };
  return {
    start({ scope, name, kind, attributes }, parent, links) {
      const context = parent ? trace.setSpanContext(ROOT_CONTEXT, toContext(parent)) : ROOT_CONTEXT;
      const options = {
        kind: KINDS[kind],
        ...(attributes ? { attributes: attributes as Attributes } : {}),
        links: links.map((one) => ({ context: toContext(one) })),
      };
      return toSpan(tracerOf(scope).startSpan(name, options, context));
    },
  };
}

function toContext({ traceId, spanId, sampled }: Trace): SpanContext {
  return { traceId, spanId, traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE, isRemote: true };
}

function toSpan(span: OtelSpan): Span {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return {
    trace: { traceId, spanId, sampled: (traceFlags & TraceFlags.SAMPLED) !== 0 },
    rename: (name) => void span.updateName(name),
    set: (attributes) => void span.setAttributes(attributes),
    fail: (type) => void span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', type),
    end: () => span.end(),
  };
}

/** The exporter complains of every batch that is not taken. */
function sayNowAndThen(log: Logger): (said: string) => void {
  let saidAt = Number.NEGATIVE_INFINITY;
  return (said) => {
    const now = performance.now();
    if (now - saidAt < SAY_AGAIN_MS) return;
    saidAt = now;
    log.warn({ said: said.slice(0, 500) }, 'traces are not delivered, some are dropped');
  };
}

function diagnostics(say: (said: string) => void): DiagLogger {
  const nothing = () => {};
  return { error: say, warn: say, info: nothing, debug: nothing, verbose: nothing };
}
