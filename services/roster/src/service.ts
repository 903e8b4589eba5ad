import {
  busProbe,
  connectMongo,
  connectNats,
  createLifecycle,
  createLogger,
  createTelemetry,
  keepRenewed,
  type Logger,
  storeProbe,
  type Telemetry,
} from '@tocsin/platform';
import type { RosterConfig } from './config.ts';
import { checkMasterKey } from './crypto/check-master-key.ts';
import { renewKeys } from './crypto/renew-keys.ts';
import { createVault } from './crypto/vault.ts';
import { serveDirectory } from './requests/directory/serve-directory.ts';
import { serveRoster } from './requests/serve-roster.ts';
import { collectionsOf, ensureIndexes } from './store/collections.ts';
import { createSnapshots } from './store/snapshots.ts';

export interface RosterOverrides {
  log?: Logger;
}

export interface Roster {
  /** Answers requests once it resolves. Rejects where an engine is away or the master key is not the right one. */
  start(): Promise<void>;
  /** Finishes what it took, closes. */
  stop(): Promise<void>;
  readonly telemetry: Telemetry;
}

/** Answers who is on call and how people are reached; the only holder of the addresses' keys. */
export function createRoster(config: RosterConfig, overrides: RosterOverrides = {}): Roster {
  const log = overrides.log ?? createLogger('roster', config.logLevel);
  const lifecycle = createLifecycle(log);
  const telemetry = createTelemetry('roster');

  async function open(): Promise<void> {
    const vault = createVault(config.masterKey);
    const { client, db } = await connectMongo(config.mongoUrl);
    lifecycle.add('store', () => client.close());
    telemetry.health.needs('store', storeProbe(db));
    const collections = collectionsOf(db);
    await checkMasterKey(vault, collections);
    await ensureIndexes(collections);
    if (vault.isRotating) {
      const renewal = keepRenewed(() => renewKeys(vault, collections), log);
      lifecycle.add('renewal of keys', renewal.stop);
    }

    const nc = await connectNats(config.natsUrl, telemetry);
    lifecycle.add('bus', () => nc.close());
    telemetry.health.needs('nats', busProbe(nc));
    const snapshots = createSnapshots(client, collections);
    const deps = { client, collections, vault, snapshots, log };
    for (const serve of [serveRoster, serveDirectory]) lifecycle.add('requests', serve(nc, deps).stop);
    await nc.flush();
  }

  return {
    async start() {
      try {
        await open();
      } catch (error) {
        await lifecycle.stop();
        throw error;
      }
      log.info('roster answers');
    },
    stop: lifecycle.stop,
    telemetry,
  };
}
