import type { Connection } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import type { TemporalCredentials } from './credentials.ts';

/** Above the 20 s for which Temporal holds a long poll. Who waits for a person's page asks for less by `client.withDeadline`. */
export const callWithinMs = 30_000;
/** gRPC's own pause between two tries to connect grows to two minutes: too long after Temporal is back. */
const longestPauseMs = 2_000;

/** Connects when it is first asked for something. No call waits for ever: one that names no deadline has 30 s. */
export async function openConnection(address: string, credentials: TemporalCredentials): Promise<Connection> {
  const { Connection, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } = await import('@temporalio/client');
  const retry = makeGrpcRetryInterceptor(defaultGrpcRetryOptions());
  const bounded: typeof retry = (options, nextCall) =>
    retry({ ...options, deadline: options.deadline ?? Date.now() + callWithinMs }, nextCall);
  const channelArgs = {
    'grpc.initial_reconnect_backoff_ms': 200,
    'grpc.max_reconnect_backoff_ms': longestPauseMs,
  };
  return Connection.lazy({ address, channelArgs, interceptors: [bounded], ...secured(credentials) });
}

/** Connects now, or rejects. */
export async function openNativeConnection(
  address: string,
  credentials: TemporalCredentials,
): Promise<NativeConnection> {
  const { NativeConnection } = await import('@temporalio/worker');
  return NativeConnection.connect({ address, ...secured(credentials) });
}

function secured({ tls, apiKey }: TemporalCredentials) {
  if (!tls) return {};
  const { serverCa, client, serverName } = tls;
  return {
    tls: {
      ...(serverCa ? { serverRootCACertificate: serverCa } : {}),
      ...(client ? { clientCertPair: { crt: client.cert, key: client.key } } : {}),
      ...(serverName ? { serverNameOverride: serverName } : {}),
    },
    ...(apiKey ? { apiKey } : {}),
  };
}
