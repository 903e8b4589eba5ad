import { type Logger, pino, stdSerializers } from 'pino';
import { currentTrace } from '../telemetry/trace.ts';

export type { Logger };

const secretNames = ['address', 'authorization', 'key', 'token', 'to', 'password', 'secret', 'body'];

/** JSON lines on stdout. Messages are constant lower-case phrases; ids go into fields; what could name a person is struck out. */
export function createLogger(name: string, level = 'info'): Logger {
  return pino({
    name,
    level,
    redact: { paths: secretNames.flatMap((secret) => [secret, `*.${secret}`, `*.*.${secret}`]), censor: '[redacted]' },
    mixin() {
      const trace = currentTrace();
      return trace ? { traceId: trace.traceId, spanId: trace.spanId } : {};
    },
    serializers: { err: errorWithoutValues },
  });
}

/** MongoDB repeats the offending document's values in its duplicate-key errors, as text and as fields: neither is logged. */
function errorWithoutValues(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { type, message, stack } = stdSerializers.err(error);
  const { code, field } = error as Error & { code?: unknown; field?: unknown };
  const strip = (text: string) => text.replaceAll(/dup key: \{.*\}/g, 'dup key');
  return { type, message: strip(message), stack: strip(stack), code, field };
}
