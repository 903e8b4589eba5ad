import { AsyncLocalStorage } from 'node:async_hooks';
import { randomFillSync } from 'node:crypto';

/** Where we are in a trace, as W3C trace context names it. */
export interface Trace {
  traceId: string;
  spanId: string;
}

const storage = new AsyncLocalStorage<Trace>();
/** Every request asks for some, and each drawing is a call into the system's own code: they come from a stock. */
const stock = Buffer.alloc(4_096);
let used = stock.length;

function randomHex(bytes: number): string {
  if (used + bytes > stock.length) {
    randomFillSync(stock);
    used = 0;
  }
  used += bytes;
  return stock.toString('hex', used - bytes, used);
}

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
  const traceId = traceparent?.match(pattern)?.[1] ?? randomHex(16);
  return storage.run({ traceId, spanId: randomHex(8) }, work);
}
