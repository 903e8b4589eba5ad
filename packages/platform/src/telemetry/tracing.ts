import { z } from 'zod';
import { loadConfig } from '../runtime/config.ts';
import type { Logger } from '../runtime/log.ts';
import { setRecorder } from './spans.ts';

export interface Tracing {
  /** Sends what is left, within 3 s; what does not go in that time is lost. */
  stop(): Promise<void>;
}

const FLUSH_WITHIN_MS = 3_000;

const environment = z.object({
  OTEL_SDK_DISABLED: z.string().optional(),
  OTEL_TRACES_EXPORTER: z.string().optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
});

/**
 * Sends traces by OTLP where `OTEL_EXPORTER_OTLP_ENDPOINT` or `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` names a collector, and
 * `OTEL_SDK_DISABLED` is not true. Else nothing is loaded, and a span is an id in a log. Once a process, before anything else.
 *
 * @throws InvalidInput where an endpoint is no address.
 */
export async function startTracing(serviceName: string, log: Logger): Promise<Tracing> {
  const env = loadConfig(environment);
  const endpoint = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? env.OTEL_EXPORTER_OTLP_ENDPOINT;
  const isOff = env.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || env.OTEL_TRACES_EXPORTER === 'none';
  if (endpoint === undefined || isOff) return { stop: async () => {} };
  const { startExporting } = await import('./otel.ts');
  const { recorder, shutdown } = startExporting(serviceName, log);
  setRecorder(recorder);
  return {
    async stop() {
      setRecorder(undefined);
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, FLUSH_WITHIN_MS);
      await Promise.race([shutdown(), late]).finally(() => clearTimeout(timer));
    },
  };
}
