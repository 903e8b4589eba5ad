import { connectMongo, createTemporalClient, type TemporalClient, until } from '@tocsin/platform';
import type { TestOrganisation } from '../harness/organisation.ts';
import { type ProcessSystem, startProcesses } from '../harness/process-system.ts';
import type { BenchContext } from './benchmark.ts';
import { type Usage, usageOf } from './machine/process-usage.ts';

/** The product with a process for each service, and what measuring it needs. */
export interface MeasuredSystem extends ProcessSystem {
  readonly temporal: TemporalClient;
  /** What the services stored: read for its instants only. */
  readonly db: Awaited<ReturnType<typeof connectMongo>>['db'];
  /** What every service and engine has used so far, by name. */
  usage(): Promise<Map<string, Usage>>;
  /** Resolves once no request has reached the carrier for a second. */
  quiet(): Promise<void>;
}

const QUIET_MS = 1_000;

/** Starts the product, hands it over, and stops it in order, whatever became of the work. */
export async function withSystem<T>(
  { profileDir }: BenchContext,
  { env: own, ...organisation }: TestOrganisation & { env?: Record<string, string> },
  work: (system: MeasuredSystem) => Promise<T>,
): Promise<T> {
  const env = { ...own, ...(profileDir ? { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profileDir}` } : {}) };
  const system = await startProcesses({ ...organisation, env });
  const { engines, processes, carrier } = system;
  const stops: (() => Promise<unknown>)[] = [() => system.stop()];
  try {
    const temporal = await createTemporalClient(engines.temporalAddress, engines.namespace);
    stops.unshift(() => temporal.connection.close());
    const { client, db } = await connectMongo(engines.mongoUrl);
    stops.unshift(() => client.close());
    const result = await work({
      ...system,
      temporal,
      db,
      async usage() {
        const { nats, mongo, temporal: server } = engines.engines;
        const parts = [...Object.values(processes), nats!, mongo!, server!];
        const used = await Promise.all(parts.map(async ({ name, pid }) => [name, await usageOf(pid!)] as const));
        return new Map(used);
      },
      async quiet() {
        let seen = -1;
        let since = Date.now();
        await until(
          () => {
            const requests = carrier.record().length;
            if (requests !== seen) since = Date.now();
            seen = requests;
            return Date.now() - since >= QUIET_MS;
          },
          { timeoutMs: 60_000, everyMs: 100, what: 'the carrier to be left in peace' },
        );
      },
    });
    // A profile is written by a process that ends in order.
    if (profileDir) await Promise.all(Object.values(processes).map((one) => one.stop()));
    return result;
  } finally {
    for (const stop of stops) await stop();
  }
}
