import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { MongoClient } from 'mongodb';
import type { Engine } from './child.ts';
import { startMongo } from './mongo.ts';
import { createNamespace } from './namespace.ts';
import { startNats } from './nats.ts';
import { SetupError } from './setup-error.ts';
import { type SharedKind, sharedEnginesVariable, startAnywhere, testDataDir } from './shared-engines.ts';
import { withDatabase } from './start-engines.ts';
import { startTemporal } from './temporal.ts';

export interface TestEngineWishes {
  nats?: boolean;
  /** `'own'`: not the test run's shared one, so that the test may kill, pause and restart it. */
  mongo?: boolean | 'own';
  temporal?: boolean | 'own';
}

/** What was not wished for is an empty string, and undefined among the engines. */
export interface TestEngines {
  natsUrl: string;
  /** With a database of this call's own. */
  mongoUrl: string;
  temporalAddress: string;
  /** A namespace of this call's own. */
  namespace: string;
  /** Those that belong to this call alone. */
  engines: { nats?: Engine; mongo?: Engine; temporal?: Engine };
  stop(): Promise<void>;
}

/**
 * Real engines for one test file: a nats-server of its own; a fresh database in a mongod and a fresh namespace in a Temporal
 * server that the test run shares (or from `MONGODB_URL` and `TEMPORAL_ADDRESS`).
 */
export async function startTestEngines(
  wishes: TestEngineWishes = { nats: true, mongo: true, temporal: true },
): Promise<TestEngines> {
  const dataDir = await testDataDir();
  const engines: TestEngines['engines'] = {};
  const name = `test-${randomBytes(6).toString('hex')}`;
  const cleanups: (() => Promise<unknown>)[] = [];

  const nats = async (): Promise<string> => {
    if (!wishes.nats) return '';
    engines.nats = await startAnywhere(startNats, path.join(dataDir, 'nats'));
    return engines.nats.address;
  };
  const mongo = async (): Promise<string> => {
    if (!wishes.mongo) return '';
    const shared = wishes.mongo === 'own' ? undefined : (process.env.MONGODB_URL ?? (await sharedAddress('mongo')));
    if (!shared) engines.mongo = await startAnywhere(startMongo, path.join(dataDir, 'mongo'));
    const url = withDatabase(shared ?? engines.mongo!.address, name);
    if (shared) cleanups.push(() => dropDatabase(url));
    return url;
  };
  const temporal = async (): Promise<string> => {
    if (!wishes.temporal) return '';
    const shared =
      wishes.temporal === 'own' ? undefined : (process.env.TEMPORAL_ADDRESS ?? (await sharedAddress('temporal')));
    if (!shared) engines.temporal = await startAnywhere(startTemporal, path.join(dataDir, 'temporal'));
    const address = shared ?? engines.temporal!.address;
    await createNamespace(address, name);
    return address;
  };
  const stop = async () => {
    // An engine that outlives its test keeps the test's process alive for ever: nothing that fails here may spare one.
    await Promise.allSettled(cleanups.map((cleanup) => cleanup()));
    await Promise.all(Object.values(engines).map((engine) => engine.stop()));
    await rm(dataDir, { recursive: true, force: true });
  };

  const outcomes = await Promise.allSettled([nats(), mongo(), temporal()]);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }
  const [natsUrl, mongoUrl, temporalAddress] = outcomes.map((outcome) =>
    outcome.status === 'fulfilled' ? outcome.value : '',
  );
  return { natsUrl: natsUrl!, mongoUrl: mongoUrl!, temporalAddress: temporalAddress!, namespace: name, engines, stop };
}

/** The test run's shared engine; undefined where no test run was set up, such as in a script. */
async function sharedAddress(kind: SharedKind): Promise<string | undefined> {
  const host = process.env[sharedEnginesVariable];
  if (!host) return undefined;
  const response = await fetch(`${host}/${kind}`, { signal: AbortSignal.timeout(20 * 60_000) });
  const text = await response.text();
  if (!response.ok) throw new SetupError(text);
  return text;
}

/**
 * For the room that it gives back: the shared server goes with all its data when the run ends. A process that was killed inside
 * a transaction holds its database until the server gives that transaction up, which is not worth waiting for.
 */
async function dropDatabase(url: string): Promise<void> {
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 5_000 });
  try {
    await client.db().dropDatabase({ maxTimeMS: 5_000 });
  } finally {
    await client.close();
  }
}
