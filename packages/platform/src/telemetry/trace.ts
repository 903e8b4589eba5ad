import { AsyncLocalStorage } from 'node:async_hooks';
import { randomFillSync } from 'node:crypto';

/** Where we are in a trace, as W3C trace context names it. */
export interface Trace {
  traceId: string;
  spanId: string;
  /** False where whoever began the trace decided that it is not recorded. */
  sampled: boolean;
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

/** Ids of zeros only mean that there is none (https://www.w3.org/TR/trace-context/#traceparent-header-field-values). */
const pattern = /^(?!ff)[0-9a-f]{2}-((?!0{32})[0-9a-f]{32})-((?!0{16})[0-9a-f]{16})-([0-9a-f]{2})/;

export function currentTrace(): Trace | undefined {
  return storage.getStore();
}

/** The `traceparent` to send along; undefined outside a trace. */
export function currentTraceparent(): string | undefined {
  const trace = storage.getStore();
  return trace && toTraceparent(trace);
}

export function toTraceparent({ traceId, spanId, sampled }: Trace): string {
  return `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;
}

/** The sender's place in its trace; undefined where the text is absent or makes no sense. */
export function parseTraceparent(traceparent: string | undefined): Trace | undefined {
  const found = traceparent === undefined ? null : pattern.exec(traceparent);
  if (!found) return undefined;
  const [, traceId = '', spanId = '', flags = ''] = found;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** A new place: in the parent's trace, or in a new one where there is no parent. */
export function nextTrace(parent: Trace | undefined): Trace {
  return {
    traceId: parent?.traceId ?? randomHex(16),
    spanId: randomHex(8),
    sampled: parent?.sampled ?? true,
  };
}

export function runInTrace<T>(trace: Trace, work: () => T): T {
  return storage.run(trace, work);
}

/** Runs `work` as a new span of the sender's trace, or of a new trace where `traceparent` is absent or makes no sense. */
export function withTrace<T>(traceparent: string | undefined, work: () => T): T {
  return storage.run(nextTrace(parseTraceparent(traceparent)), work);
}
