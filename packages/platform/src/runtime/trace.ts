import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';

/** Where we are in a trace, as W3C trace context names it. */
export interface Trace {
  traceId: string;
  spanId: string;
}

const storage = new AsyncLocalStorage<Trace>();
const pattern = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/;

export function currentTrace(): Trace | undefined {
  return storage.getStore();
}

/** The `traceparent` to send along; undefined outside a trace. */
export function currentTraceparent(): string | undefined {
  const trace = storage.getStore();
  return trace && `00-${trace.traceId}-${trace.spanId}-01`;
}

/** Runs `work` as a new span of the sender's trace, or of a new trace where `traceparent` is absent or makes no sense. */
export function withTrace<T>(traceparent: string | undefined, work: () => T): T {
  const traceId = traceparent?.match(pattern)?.[1] ?? randomBytes(16).toString('hex');
  return storage.run({ traceId, spanId: randomBytes(8).toString('hex') }, work);
}
