import { startTestEngines } from '@tocsin/local/engines';
import { connectMongo, connectNats, createTemporalClient, provision, sleep } from '@tocsin/platform';
import type { Benchmark, Finding } from '../benchmark.ts';
import { createFloorWorkers } from '../floors/workers.ts';
import { percentile, spreadOf } from '../report/percentiles.ts';
import { spread } from '../report/wording.ts';

const NAMES = {
  mongo: 'MongoDB: one document, majority and journal',
  jetStream: 'JetStream: acknowledged, on the disk',
  nats: 'NATS: request and reply',
  temporal: 'Temporal: signalWithStart → first activity, five a second, workers that answer at once',
};
type Floor = keyof typeof NAMES;

/** What the engines take by themselves: on another machine, results are to be read against these. */
export const floors: Benchmark = {
  name: 'floors',
  async run({ quick }): Promise<Finding> {
    const times = quick ? 50 : 500;
    const engines = await startTestEngines();
    const took = {} as Record<Floor, number[]>;
    const stops: (() => Promise<unknown>)[] = [() => engines.stop()];
    try {
      const { client, db } = await connectMongo(engines.mongoUrl);
      stops.unshift(() => client.close());
      const floor = db.collection<{ _id: number; at: Date }>('floor');
      took.mongo = await timed(times, (at) => floor.insertOne({ _id: at, at: new Date() }));

      const nc = await connectNats(engines.natsUrl, 'floor');
      stops.unshift(() => nc.close());
      await provision(nc);
      const bytes = new Uint8Array(300);
      // A stream answers who publishes as a service answers who asks.
      took.jetStream = await timed(times, () => nc.request('alert.v1.floor', bytes));
      const echo = nc.subscribe('floor.echo', { callback: (_error, msg) => void msg.respond(msg.data) });
      await nc.flush();
      took.nats = await timed(times, () => nc.request('floor.echo', bytes));
      echo.unsubscribe();

      const temporal = await createTemporalClient(engines.temporalAddress, engines.namespace);
      stops.unshift(() => temporal.connection.close());
      const workers = createFloorWorkers(temporal, engines.namespace);
      stops.unshift(() => workers.stop());
      // Each workflow is over when the next begins, as it is where incidents come at this pace.
      took.temporal = await timed(times / 5, (at) => workers.firstActivity(`floor-${at}`), 200);
    } finally {
      for (const stop of stops) await stop();
    }
    return {
      rows: (Object.keys(NAMES) as Floor[]).map((name) => ({
        measure: `floor, ${NAMES[name]}, p50 / p95 / p99`,
        result: spread(spreadOf(took[name])),
      })),
      figures: { mongo: percentile(took.mongo, 0.5), temporal: percentile(took.temporal, 0.5) },
      samples: took,
    };
  },
};

const WARM_UP = 20;

/** Milliseconds of each, one after the other and begun at least so far apart; the first few are not counted. */
async function timed(times: number, work: (at: number) => Promise<unknown>, apartMs = 0): Promise<number[]> {
  const took: number[] = [];
  for (let at = 0; at < times + WARM_UP; at += 1) {
    const startedAt = performance.now();
    await work(at);
    const lasted = performance.now() - startedAt;
    if (at >= WARM_UP) took.push(lasted);
    if (lasted < apartMs) await sleep(apartMs - lasted);
  }
  return took;
}
