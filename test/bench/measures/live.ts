import { create, toBinary } from '@bufbuild/protobuf';
import { facts, sleep, timestamp, until } from '@tocsin/platform';
import { LoggedSchema } from '@tocsin/proto/incident/v1';
import { type Benchmark, type Finding, mustBe } from '../benchmark.ts';
import { type MeasuredGateway, withGateway } from '../gateway.ts';
import { atPace } from '../load/pace.ts';
import { percentile, spreadOf } from '../report/percentiles.ts';
import { digits, mib, spread } from '../report/wording.ts';
import { type MeasuredSystem, withSystem } from '../system.ts';

const PER_SECOND = 5;
const AT_ONCE = 50;
const SETTLE_MS = 3_000;

/** Browsers that follow the live feed: what each takes of the gateway, and how long after a fact was told the last of them hears of it. */
export const live: Benchmark = {
  name: 'live',
  run: (context) =>
    withSystem(context, {}, (system) =>
      withGateway(system, async (gateway): Promise<Finding> => {
        const clients = context.quick ? 100 : 1_000;
        const events = context.quick ? 20 : 150;
        const feed = createEars();
        await connect(gateway, feed, 1);
        const alone = await tell(system, feed, { clients: 1, events, name: 'alone' });
        await sleep(SETTLE_MS);
        const before = await gateway.usage();
        context.say(`${clients} clients, ${events} events, ${PER_SECOND} a second`);
        await connect(gateway, feed, clients - 1);
        await sleep(SETTLE_MS);
        const joined = await gateway.usage();
        const among = await tell(system, feed, { clients, events, name: 'among' });
        const after = await gateway.usage();
        const lags = spreadOf(among);
        const who = clients.toLocaleString('en-GB');
        return {
          rows: [
            {
              measure: `live feed, fact told → heard by each of ${who} clients, p50 / p95 / p99`,
              result: spread(lags),
            },
            { measure: 'live feed, the slowest of them', result: `${digits(lags.max)} ms` },
            {
              measure: 'live feed, fact told → heard by the only client, p50 / p95 / p99',
              result: spread(spreadOf(alone)),
            },
            {
              measure: `live feed, memory of the gateway for ${who} clients`,
              result: `${mib(joined.rssBytes - before.rssBytes)} (${Math.round((joined.rssBytes - before.rssBytes) / clients / 1024)} KiB each)`,
            },
            {
              measure: 'live feed, CPU of the gateway for an event to one client',
              result: `${digits(((after.cpuMs - joined.cpuMs) * 1_000) / (clients * events))} µs`,
            },
          ],
          figures: { liveAmong: percentile(among, 0.5), liveAlone: percentile(alone, 0.5) },
          samples: { alone, among },
        };
      }),
    ),
};

interface Ears {
  toldAt: Map<string, number>;
  lags: Map<string, number[]>;
  hear(piece: string): void;
}

function createEars(): Ears {
  const ears: Ears = {
    toldAt: new Map(),
    lags: new Map(),
    hear(piece) {
      const now = performance.now();
      for (const [, id] of piece.matchAll(/"incidentId":"((?:alone|among)-\d+)"/g)) {
        const toldAt = ears.toldAt.get(id!);
        if (toldAt !== undefined) ears.lags.get(id!.split('-')[0]!)!.push(now - toldAt);
      }
    },
  };
  return ears;
}

async function connect(gateway: MeasuredGateway, ears: Ears, count: number): Promise<void> {
  for (let from = 0; from < count; from += AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - from) }, () => gateway.follow(ears.hear)));
  }
}

/** Tells facts as `incidents` does once an entry is stored, and waits until every client has heard each. */
async function tell(
  { nc }: MeasuredSystem,
  ears: Ears,
  { clients, events, name }: { clients: number; events: number; name: string },
): Promise<number[]> {
  const lags: number[] = [];
  ears.lags.set(name, lags);
  await atPace({ count: events, perSecond: PER_SECOND }, async (index) => {
    const incidentId = `${name}-${index}`;
    const entry = { entryId: `${incidentId}/1`, organisationId: 'acme', incidentId, position: 1n, kind: 'opened' };
    const bytes = toBinary(LoggedSchema, create(LoggedSchema, { ...entry, at: timestamp(Date.now()), dataJson: '{}' }));
    ears.toldAt.set(incidentId, performance.now());
    nc.publish(facts.incidentLogged.subject(), bytes);
  });
  await until(() => lags.length >= clients * events, { timeoutMs: 60_000, what: 'every client to hear everything' });
  mustBe('events heard', lags.length, clients * events);
  return lags;
}
