import {
  create,
  type DescMethodUnary,
  type DescService,
  fromBinary,
  type Message,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from '@bufbuild/protobuf';
import { headers, type Msg, type NatsConnection } from '@nats-io/nats-core';
import { toTocsinError } from '../errors/classify.ts';
import { Internal, InvalidInput, Unavailable } from '../errors/errors.ts';
import type { ServiceEntry } from '../nats/topology.ts';
import type { Logger } from '../runtime/log.ts';
import { createCallWatch } from './call-watch.ts';
import { deadlineHeader, keyHeader, traceHeader } from './headers.ts';
import { setReplyError } from './reply-error.ts';
import { methodSubject } from './subject.ts';

export interface RequestContext {
  /** Instant in ms since the epoch after which nobody waits for the reply. */
  deadlineAt: number;
  /** Aborted at the deadline. */
  signal: AbortSignal;
  /** The caller's idempotency key. */
  key?: string;
}

export type Handlers<S extends DescService> = {
  [M in keyof S['method']]: (
    request: MessageShape<S['method'][M]['input']>,
    context: RequestContext,
  ) => Promise<MessageInitShape<S['method'][M]['output']>>;
};

export interface ServeOptions {
  log: Logger;
  instance?: string;
  /** Requests worked on at once; more are refused as `overloaded`. 256 where absent. */
  concurrency?: number;
}

type AnyHandler = (request: Message, context: RequestContext) => Promise<Record<string, unknown>>;

const defaultTimeoutMs = 5_000;
const drainMs = 8_000;

/**
 * Answers a service's requests as a member of its queue group. Each method is a subscription of its own, so that beside an
 * older replica a new method's requests only go to those who know it. `stop` takes nothing new in, finishes what it took, and
 * gives up after 8 s.
 */
export function serve<S extends DescService>(
  nc: NatsConnection,
  service: ServiceEntry<S>,
  handlers: Handlers<S>,
  { log, instance, concurrency = 256 }: ServeOptions,
): { stop(): Promise<void> } {
  const running = new Set<Promise<void>>();

  const subscriptions = service.desc.methods.map((method) => {
    const handler = (handlers as unknown as Record<string, AnyHandler>)[method.localName]!;
    const watch = createCallWatch(nc, service, method as DescMethodUnary, 'server');
    return nc.subscribe(methodSubject(service, instance, method.name), {
      queue: service.queue,
      callback: (error, msg) => {
        if (error) return log.error({ err: error, method: method.name }, 'request subscription failed');
        if (running.size >= concurrency)
          return refuse(msg, new Unavailable('too many requests at once', { code: 'overloaded' }));
        const task = answer(nc, msg, method as DescMethodUnary, handler, watch, log).finally(() =>
          running.delete(task),
        );
        running.add(task);
      },
    });
  });

  return {
    async stop() {
      const drained = async () => {
        await Promise.all(subscriptions.map((subscription) => subscription.isClosed() || subscription.drain()));
        await Promise.all(running);
        if (!nc.isClosed()) await nc.flush();
      };
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(() => {
        log.warn({ running: running.size }, 'requests did not finish before the stop');
        resolve();
      }, drainMs);
      const ended = drained().catch((err) => log.warn({ err }, 'draining requests failed'));
      await Promise.race([ended, late]).finally(() => clearTimeout(timer));
    },
  };
}

async function answer(
  nc: NatsConnection,
  msg: Msg,
  method: DescMethodUnary,
  handler: AnyHandler,
  watch: ReturnType<typeof createCallWatch>,
  log: Logger,
): Promise<void> {
  const deadlineAt = Number(msg.headers?.get(deadlineHeader)) || Date.now() + defaultTimeoutMs;
  const left = deadlineAt - Date.now();
  if (left <= 0) return refuse(msg, new Unavailable('the deadline had passed', { code: 'timeout' }));

  const abort = new AbortController();
  const late = new Unavailable('the deadline passed', { code: 'timeout' });
  const timer = setTimeout(() => abort.abort(late), left);
  const key = msg.headers?.get(keyHeader);
  const respond = async () => {
    try {
      const request = parse(method, msg.data);
      const response = await handler(request, { deadlineAt, signal: abort.signal, ...(key ? { key } : {}) });
      const bytes = toBinary(method.output, create(method.output, response));
      const most = nc.info?.max_payload ?? Number.POSITIVE_INFINITY;
      if (bytes.length > most) throw new Error(`reply of ${bytes.length} bytes, the server takes ${most}`);
      msg.respond(bytes);
    } catch (error) {
      if (toTocsinError(error) instanceof Internal)
        log.error({ err: error, method: method.name }, 'request failed by a bug');
      throw error;
    }
  };
  try {
    await watch(msg.headers?.get(traceHeader), respond);
  } catch (error) {
    refuse(msg, error);
  } finally {
    clearTimeout(timer);
  }
}

function parse(method: DescMethodUnary, bytes: Uint8Array): Message {
  try {
    return fromBinary(method.input, bytes);
  } catch (cause) {
    throw new InvalidInput('the request cannot be decoded', { code: 'request-undecodable', cause });
  }
}

function refuse(msg: Msg, error: unknown): void {
  const said = headers();
  setReplyError(said, error);
  // On a connection closed meanwhile nobody can be told: the caller's time runs out.
  try {
    msg.respond(undefined, { headers: said });
  } catch {}
}
