import { jetstreamManager } from '@nats-io/jetstream';
import { startTestEngines } from '@tocsin/local/engines';
import {
  connectMongo,
  connectNats,
  createLogger,
  createMongoFactStore,
  createTeller,
  type FactRow,
  factRow,
  facts,
  newId,
  provision,
  streams,
} from '../src/index.ts';

/** One NATS and one store with the streams in place, and what the tests of facts do with them. */
export async function startFactBench() {
  const engines = await startTestEngines({ nats: true, mongo: true });
  const log = createLogger('test', 'silent');
  const nc = await connectNats(engines.natsUrl, 'test');
  const { client, db } = await connectMongo(engines.mongoUrl);
  const rows = db.collection<FactRow>('facts');
  const store = createMongoFactStore(rows);
  await store.ensure();
  await provision(nc);
  const manager = await jetstreamManager(nc);

  return {
    nats: engines.engines.nats!,
    nc,
    log,
    rows,
    store,
    manager,
    teller: (sweepEveryMs = 100) => createTeller({ nc, store, log, sweepEveryMs }),
    /** Stores facts, as their owner's transaction would, and returns their ids. */
    async storeFacts(count: number, urgency: 'high' | 'low' = 'high') {
      const ids = Array.from({ length: count }, () => newId());
      await rows.insertMany(ids.map((id) => factRow(facts.alertReceived, { alertId: id }, { id, urgency })));
      return ids;
    },
    untold: () => rows.countDocuments({ told: null }),
    messages: async (stream: string) => (await manager.streams.info(stream)).state.messages,
    /** Empty streams, fresh consumers, no rows. */
    async reset() {
      await rows.deleteMany({});
      // Emptied, not deleted: a stream leaves its folder a moment longer, and cannot be made again meanwhile.
      for (const { name } of streams) {
        if (!(await manager.streams.info(name).catch(() => undefined))) continue;
        for await (const consumer of manager.consumers.list(name)) await manager.consumers.delete(name, consumer.name);
        await manager.streams.purge(name);
      }
      await provision(nc);
    },
    async stop() {
      await nc.close();
      await client.close();
      await engines.stop();
    },
  };
}
