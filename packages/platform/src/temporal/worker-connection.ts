import type { NativeConnection, Worker } from '@temporalio/worker';
import { Unavailable } from '../errors/errors.ts';
import { createLogger, type Logger } from '../runtime/log.ts';
import { hasFiles, readCredentials, type TemporalCredentials } from './credentials.ts';
import { explainTemporal } from './explain.ts';
import { followCredentials } from './follow-credentials.ts';
import { openNativeConnection } from './open.ts';
import type { TemporalSecurity } from './security.ts';

export interface TemporalWorkerConnection {
  /** Of now: another one after its credentials were renewed. */
  readonly current: NativeConnection;
  /** These move to each new connection. */
  carry(workers: readonly Worker[]): void;
  /** After the workers have stopped. */
  close(): Promise<void>;
}

export interface TemporalWorkerOptions {
  security?: TemporalSecurity | undefined;
  log?: Logger;
  /** How often its files are looked at. */
  lookEveryMs?: number;
}

const connectWithinMs = 10_000;

/**
 * A worker's connection, made within 10 s. Rejects with `Unavailable` where Temporal may yet come, and with `InvalidInput`, which
 * names the setting, where it does not take us as we are.
 */
export async function connectTemporalWorker(
  address: string,
  options: TemporalWorkerOptions = {},
): Promise<TemporalWorkerConnection> {
  const { security = {}, log = createLogger('worker'), lookEveryMs } = options;
  const first = await readCredentials(security);
  let current = await connect(address, first).catch(async (cause: unknown) => {
    throw (await explainTemporal(address, security)) ?? away(address, cause);
  });
  let carried: readonly Worker[] = [];
  const renew = async (credentials: TemporalCredentials) => {
    const next = await connect(address, credentials).catch(async (cause: unknown) => {
      throw (await explainTemporal(address, security)) ?? cause;
    });
    const before = current;
    for (const worker of carried) worker.connection = next;
    current = next;
    await before.close();
  };
  const following = hasFiles(security)
    ? followCredentials({ security, first, renew, log, everyMs: lookEveryMs })
    : undefined;
  return {
    get current() {
      return current;
    },
    carry(workers) {
      for (const worker of workers) if (worker.connection !== current) worker.connection = current;
      carried = workers;
    },
    async close() {
      await following?.stop();
      await current.close();
    },
  };
}

async function connect(address: string, credentials: TemporalCredentials): Promise<NativeConnection> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('no answer in time')), connectWithinMs);
  try {
    return await Promise.race([openNativeConnection(address, credentials), late]);
  } finally {
    clearTimeout(timer);
  }
}

function away(address: string, cause: unknown): Unavailable {
  const said = cause instanceof Error ? cause.message : String(cause);
  return new Unavailable(`Temporal at ${address}: ${said}`, { code: 'temporal-away', cause });
}
