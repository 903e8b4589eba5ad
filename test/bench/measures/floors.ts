import { startTestEngines } from '@tocsin/local/engines';
import { connectMongo, connectNats, createTemporalClient, provision } from '@tocsin/platform';
import type { Benchmark, Finding } from '../benchmark.ts';
import { createFloorWorkers } from '../floors/workers.ts';
import { spreadOf } from '../report/percentiles.ts';
import { spread } from '../report/wording.ts';

/** What the engines take by themselves: on another machine, results are to be read against these. */
export const floors: Benchmark = {
  name: 'floors',
  async run({ quick }): Promise<Finding> {
    const times = quick ? 50 : 500;
    const engines = await startTestEngines();
    const samples = new Map<string, number[]>();
    const stops: (() => Promise<unknown>)[] = [() => engines.stop()];
    try {
      const { client, db } = await connectMongo(engines.mongoUrl);
      stops.unshift(() => client.close());
      const floor = db.collection<{ _id: number; at: Date }>('floor');
      samples.set(
        'MongoDB: one document, majority and journal',
        await timed(times, (at) => floor.insertOne({ _id: at, at: new Date() })),
      );

      const nc = await connectNats(engines.natsUrl, 'floor');
      stops.unshift(() => nc.close());
      await provision(nc);
      const bytes = new Uint8Array(300);
      // A stream answers who publishes as a service answers who asks.
      samples.set(
        'JetStream: acknowledged, on the disk',
        await timed(times, () => nc.request('alert.v1.floor', bytes)),
      );
      const echo = nc.subscribe('floor.echo', { callback: (_error, msg) => void msg.respond(msg.data) });
      await nc.flush();
      samples.set('NATS: request and reply', await timed(times, () => nc.request('floor.echo', bytes)));
      echo.unsubscribe();

      const temporal = await createTemporalClient(engines.temporalAddress, engines.namespace);
      stops.unshift(() => temporal.connection.close());
      const workers = createFloorWorkers(temporal, engines.namespace);
      stops.unshift(() => workers.stop());
      samples.set(
        'Temporal: signalWithStart → first activity, workers that answer at once',
        await timed(times, (at) => workers.firstActivity(`floor-${at}`)),
      );
    } finally {
      for (const stop of stops) await stop();
    }
    return {
      rows: [...samples].map(([name, values]) => ({
        measure: `floor, ${name}, p50 / p95 / p99`,
        result: spread(spreadOf(values)),
      })),
      samples: Object.fromEntries(samples),
    };
  },
};

const WARM_UP = 20;

/** Milliseconds of each, one after the other; the first few are not counted. */
async function timed(times: number, work: (at: number) => Promise<unknown>): Promise<number[]> {
  const took: number[] = [];
  for (let at = 0; at < times + WARM_UP; at += 1) {
    const startedAt = performance.now();
    await work(at);
    if (at >= WARM_UP) took.push(performance.now() - startedAt);
  }
  return took;
}
