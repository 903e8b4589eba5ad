import { type DescMessage, fromBinary, type MessageShape } from '@bufbuild/protobuf';
import type { JsMsg } from '@nats-io/jetstream';
import { traceHeader } from '../rpc/headers.ts';
import type { Logger } from '../runtime/log.ts';

/** One fact as delivered. The first of `ack`, `retry` and `reject` counts. */
export interface Delivery<M> {
  message: M;
  /** How often it was delivered, this time included. */
  deliveries: number;
  /** The `traceparent` of who stored the fact. */
  trace?: string;
  ack(): void;
  /** Delivers it again after `delayMs`. */
  retry(delayMs: number): void;
  /** Never again: it is poison. The reason is logged and told to the server. */
  reject(reason: string): void;
}

export type Settled = 'done' | 'retried' | 'rejected';

export interface OpenDelivery<M> extends Delivery<M> {
  /** How it was settled; undefined: not yet. */
  settled(): Settled | undefined;
  /** How long the stream had it before it was delivered. */
  waitedMs: number;
  /** Tells the server that work goes on. */
  working(): void;
}

export function createDelivery<M>(msg: JsMsg, message: M, log: Logger): OpenDelivery<M> {
  let settled: Settled | undefined;
  const once = (how: Settled, settle: () => void) => {
    if (settled) return;
    settled = how;
    settle();
  };
  const trace = msg.headers?.get(traceHeader);
  return {
    message,
    deliveries: msg.info.deliveryCount,
    ...(trace ? { trace } : {}),
    ack: () => once('done', () => msg.ack()),
    retry: (delayMs) => once('retried', () => msg.nak(Math.max(0, Math.round(delayMs)))),
    reject: (reason) => once('rejected', () => reject(msg, reason, log)),
    settled: () => settled,
    waitedMs: Math.max(0, Date.now() - msg.info.timestampNanos / 1e6),
    working: () => msg.working(),
  };
}

/** The fact, or undefined for bytes that are none: those are rejected here, with their place in the stream for who looks into it. */
export function decodeDelivery<D extends DescMessage>(
  type: D,
  msg: JsMsg,
  log: Logger,
): OpenDelivery<MessageShape<D>> | undefined {
  try {
    return createDelivery(msg, fromBinary(type, msg.data), log);
  } catch {
    reject(msg, 'undecodable', log);
    return undefined;
  }
}

function reject(msg: JsMsg, reason: string, log: Logger): void {
  log.error({ reason, stream: msg.info.stream, sequence: msg.seq, subject: msg.subject }, 'fact rejected');
  msg.term(reason);
}
