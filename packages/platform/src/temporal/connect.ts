import type { Client, Connection } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import { Unavailable } from '../errors/errors.ts';
import { createTraceInterceptor } from './trace-headers.ts';

export interface TemporalClient {
  client: Client;
  connection: Connection;
}

const connectWithinMs = 10_000;
/** Above the 20 s for which Temporal holds a long poll. Who waits for a person's page asks for less by `client.withDeadline`. */
const callWithinMs = 30_000;
/** gRPC's own pause between two tries to connect grows to two minutes: too long after Temporal is back. */
const longestPauseMs = 2_000;

/**
 * A client that connects when it is first asked for something, and again whenever Temporal was away: until then its calls
 * reject with gRPC's `UNAVAILABLE`. No call waits for ever: one that names no deadline has 30 s.
 * `scope` is the service whose spans its calls are. Temporal's libraries are loaded here and not at import: most services never speak to it.
 */
export async function createTemporalClient(
  address: string,
  namespace: string,
  scope = 'unnamed',
): Promise<TemporalClient> {
  const { Client, Connection, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } = await import('@temporalio/client');
  const retry = makeGrpcRetryInterceptor(defaultGrpcRetryOptions());
  const bounded: typeof retry = (options, nextCall) =>
    retry({ ...options, deadline: options.deadline ?? Date.now() + callWithinMs }, nextCall);
  const channelArgs = {
    'grpc.initial_reconnect_backoff_ms': 200,
    'grpc.max_reconnect_backoff_ms': longestPauseMs,
  };
  const connection = Connection.lazy({ address, channelArgs, interceptors: [bounded] });
  const interceptors = { workflow: [createTraceInterceptor(scope)] };
  return { client: new Client({ connection, namespace, interceptors }), connection };
}

/** A worker's connection, made within 10 s or rejected with what is wrong. */
export async function connectTemporalWorker(address: string): Promise<NativeConnection> {
  const { NativeConnection } = await import('@temporalio/worker');
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('no answer in time')), connectWithinMs);
  try {
    return await Promise.race([NativeConnection.connect({ address }), late]);
  } catch (cause) {
    throw away(address, cause);
  } finally {
    clearTimeout(timer);
  }
}

function away(address: string, cause: unknown): Unavailable {
  const said = cause instanceof Error ? cause.message : String(cause);
  return new Unavailable(`Temporal at ${address}: ${said}`, { code: 'temporal-away', cause });
}
