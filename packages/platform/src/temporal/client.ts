import type { Client, Connection, ConnectionLike } from '@temporalio/client';
import type { TocsinError } from '../errors/errors.ts';
import { createLogger, type Logger } from '../runtime/log.ts';
import { hasFiles, readCredentials } from './credentials.ts';
import { explainTemporal } from './explain.ts';
import { followCredentials } from './follow-credentials.ts';
import { callWithinMs, openConnection } from './open.ts';
import type { TemporalSecurity } from './security.ts';
import { createTraceInterceptor } from './trace-headers.ts';

export interface TemporalClient {
  client: Client;
  connection: ConnectionLike;
  /** Why it does not take us, in one sentence that names the setting; undefined where nothing is wrong. */
  explain(): Promise<TocsinError | undefined>;
}

export interface TemporalClientOptions {
  /** The service whose spans its calls are. */
  scope?: string;
  security?: TemporalSecurity | undefined;
  log?: Logger;
  /** How often its files are looked at. */
  lookEveryMs?: number;
}

/**
 * A client that connects when it is first asked for something, and again whenever Temporal was away: until then its calls
 * reject with gRPC's `UNAVAILABLE`. No call waits for ever: one that names no deadline has 30 s. Renewed credentials are put to
 * use without a restart; those that cannot be read at the start are `InvalidInput`.
 * Temporal's libraries are loaded when it is made and not at import: most services never speak to it.
 */
export async function createTemporalClient(
  address: string,
  namespace: string,
  options: TemporalClientOptions = {},
): Promise<TemporalClient> {
  const { scope = 'unnamed', security = {}, log = createLogger(scope), lookEveryMs } = options;
  const { Client } = await import('@temporalio/client');
  const first = await readCredentials(security);
  const renewable = renewableConnection(await openConnection(address, first));
  const { connection } = renewable;
  if (hasFiles(security)) {
    const renew = async (credentials: typeof first) => renewable.replace(await openConnection(address, credentials));
    const following = followCredentials({ security, first, renew, log, everyMs: lookEveryMs });
    renewable.beforeClose(following.stop);
  }
  const interceptors = { workflow: [createTraceInterceptor(scope)] };
  const client = new Client({ connection, namespace, interceptors });
  return { client, connection, explain: () => explainTemporal(address, security) };
}

/** What is asked goes to the connection of that moment. */
function renewableConnection(first: Connection) {
  let current = first;
  let stop: () => Promise<void> = async () => {};
  const leaving = new Map<Connection, NodeJS.Timeout>();
  const connection: ConnectionLike = {
    get workflowService() {
      return current.workflowService;
    },
    get operatorService() {
      return current.operatorService;
    },
    plugins: [],
    ensureConnected: () => current.ensureConnected(),
    withDeadline: (deadline, fn) => current.withDeadline(deadline, fn),
    withMetadata: (metadata, fn) => current.withMetadata(metadata, fn),
    withAbortSignal: (signal, fn) => current.withAbortSignal(signal, fn),
    async close() {
      await stop();
      for (const [before, timer] of leaving) {
        clearTimeout(timer);
        await before.close();
      }
      await current.close();
    },
  };
  return {
    connection,
    /** The one before is closed once no call can be under way on it: a call that is tried again on a closed one throws at nobody. */
    replace(next: Connection) {
      const before = current;
      current = next;
      const close = () => {
        leaving.delete(before);
        void before.close();
      };
      leaving.set(before, setTimeout(close, callWithinMs + 5_000).unref());
    },
    beforeClose(stopping: () => Promise<void>) {
      stop = stopping;
    },
  };
}
