import { connectMongo, connectNats, createLifecycle, createLogger, serve, services } from '@tocsin/platform';
import { type RosterConfig, rosterConfig } from './config.ts';
import { createHandlers } from './handlers.ts';
import { collectionsOf, ensureIndexes } from './store/collections.ts';
import { createSnapshots } from './store/snapshots.ts';
import { createVault } from './store/vault.ts';

export interface RosterService {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Answers who, and how they are reached. The only holder of addresses' keys. */
export function createRoster(config: RosterConfig): RosterService {
  const settings = rosterConfig.parse(config);
  const log = createLogger('roster', settings.logLevel);
  const lifecycle = createLifecycle(log);
  const vault = createVault(settings.masterKey);

  async function start(): Promise<void> {
    const { client, db } = await connectMongo(settings.mongoUrl);
    lifecycle.add('store', () => client.close());
    const collections = collectionsOf(db);
    await ensureIndexes(collections);
    const nc = await connectNats(settings.natsUrl, 'roster');
    lifecycle.add('bus', () => nc.close());
    const handlers = createHandlers({ client, collections, vault, snapshot: createSnapshots(collections) });
    const server = serve(nc, services.roster, handlers, { log });
    lifecycle.add('server', server.stop);
  }

  return {
    start: () =>
      start().catch(async (error) => {
        await lifecycle.stop();
        throw error;
      }),
    stop: lifecycle.stop,
  };
}
