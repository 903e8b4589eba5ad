import {
  create,
  type DescMethodUnary,
  type DescService,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from '@bufbuild/protobuf';
import { errors, headers, type Msg, type NatsConnection } from '@nats-io/nats-core';
import { toTocsinError } from '../errors/classify.ts';
import { InvalidInput, type TocsinError, Unavailable } from '../errors/errors.ts';
import { whenUp } from '../nats/link.ts';
import type { ServiceEntry } from '../nats/topology.ts';
import { currentTraceparent } from '../telemetry/trace.ts';
import { createCallWatch } from './call-watch.ts';
import { deadlineHeader, keyHeader, traceHeader } from './headers.ts';
import { replyError } from './reply-error.ts';
import { methodSubject } from './subject.ts';

export interface CallOptions {
  /** How long this caller waits; the client's own where absent. */
  timeoutMs?: number;
  /** An instant in ms since the epoch that bounds the wait too: a caller's caller's deadline, handed on. */
  deadlineAt?: number;
  /** Names what is asked for, so that asking again is not asking twice. */
  key?: string;
}

export type Client<S extends DescService> = {
  [M in keyof S['method']]: (
    request: MessageInitShape<S['method'][M]['input']>,
    options?: CallOptions,
  ) => Promise<MessageShape<S['method'][M]['output']>>;
};

export interface ClientOptions {
  /** The one to ask of a service that has instances, such as a notifier's channel. */
  instance?: string;
  /** Of calls that name none. 5 s where absent. */
  timeoutMs?: number;
}

/** The reply and headers have to fit in what the server takes as one message. */
const headerRoomBytes = 4_096;

/**
 * A typed client of a service. It rejects with the error of the other side, with `Unavailable` `no-responder` at once when
 * nobody serves, and with `Unavailable` `timeout` when time is up and the outcome is unknown. It repeats nothing by itself.
 */
export function createClient<S extends DescService>(
  nc: NatsConnection,
  service: ServiceEntry<S>,
  options: ClientOptions = {},
): Client<S> {
  const methods = service.desc.methods.map((method) => {
    const unary = method as DescMethodUnary;
    const subject = methodSubject(service, options.instance, method.name);
    const watch = createCallWatch(nc, service, unary, 'client');
    const call = (
      request: Record<string, unknown>,
      { timeoutMs = options.timeoutMs ?? 5_000, deadlineAt, key }: CallOptions = {},
    ) => {
      const ownDeadline = Date.now() + timeoutMs;
      return watch(undefined, () =>
        ask(nc, subject, unary, request, Math.min(ownDeadline, deadlineAt ?? ownDeadline), key),
      );
    };
    return [method.localName, call] as const;
  });
  return Object.fromEntries(methods) as unknown as Client<S>;
}

async function ask(
  nc: NatsConnection,
  subject: string,
  method: DescMethodUnary,
  request: Record<string, unknown>,
  deadlineAt: number,
  key: string | undefined,
): Promise<unknown> {
  const bytes = encode(nc, method, request);
  const sent = headers();
  sent.set(deadlineHeader, String(deadlineAt));
  if (key !== undefined) sent.set(keyHeader, key);
  const traceparent = currentTraceparent();
  if (traceparent) sent.set(traceHeader, traceparent);

  // A request made while the server is away would stay in the client's memory long after its deadline.
  if (!(await whenUp(nc, deadlineAt - Date.now()))) {
    throw nc.isClosed() ? toTocsinError(new errors.ClosedConnectionError()) : timedOut(subject);
  }
  const timeout = deadlineAt - Date.now();
  if (timeout <= 0) throw timedOut(subject);
  let reply: Msg;
  try {
    reply = await nc.request(subject, bytes, { timeout, headers: sent });
  } catch (error) {
    throw requestFailure(error, subject);
  }
  const refused = replyError(reply.headers);
  if (refused) throw refused;
  return fromBinary(method.output, reply.data);
}

function encode(nc: NatsConnection, method: DescMethodUnary, request: Record<string, unknown>): Uint8Array {
  const bytes = toBinary(method.input, create(method.input, request));
  const most = (nc.info?.max_payload ?? 1_048_576) - headerRoomBytes;
  if (bytes.length > most) {
    throw new InvalidInput(`the request has ${bytes.length} bytes, at most ${most} are taken`, {
      code: 'request-too-large',
    });
  }
  return bytes;
}

function timedOut(subject: string): Unavailable {
  return new Unavailable(`no reply from ${subject} in time`, { code: 'timeout' });
}

function requestFailure(error: unknown, subject: string): TocsinError {
  if (error instanceof errors.TimeoutError) return timedOut(subject);
  if (error instanceof errors.RequestError) {
    if (error.isNoResponders()) return new Unavailable(`nobody serves ${subject}`, { code: 'no-responder' });
    // The connection went while we waited: whether the other side acted is unknown, as with a time-out.
    return timedOut(subject);
  }
  return toTocsinError(error);
}
