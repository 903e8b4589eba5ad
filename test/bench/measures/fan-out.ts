import { until } from '@tocsin/platform';
import { type Benchmark, type Finding, mustBe } from '../benchmark.ts';
import { alert } from '../load/alert.ts';
import { pagesIn } from '../pages.ts';
import { people } from '../people.ts';
import { percentile } from '../report/percentiles.ts';
import { ms } from '../report/wording.ts';
import { type MeasuredSystem, withSystem } from '../system.ts';

const PEOPLE = 100;
const PAGES = PEOPLE * 2;
const MOST_MS = 1_000;

interface Round {
  firstMs: number;
  spreadMs: number;
}

/** One alert, a hundred people, two channels: from the first request to the last. */
export const fanOut: Benchmark = {
  name: 'fan-out',
  run: (context) =>
    withSystem(context, { ...people(PEOPLE), tryFor: '1h', catchAllEvery: '1h' }, async (system): Promise<Finding> => {
      const rounds: Round[] = [];
      for (let round = 0; round < (context.quick ? 2 : 7); round += 1) rounds.push(await play(system, round));
      const spreads = rounds.map((one) => one.spreadMs);
      const median = percentile(spreads, 0.5);
      return {
        rows: [
          {
            measure: `${PEOPLE} people × 2 channels: first → last request, median (range) of ${rounds.length}`,
            result: `${ms(median)} (${ms(Math.min(...spreads))} to ${ms(Math.max(...spreads))})`,
            expected: { what: `≤ ${ms(MOST_MS)}`, met: median <= MOST_MS },
          },
        ],
        samples: rounds,
      };
    }),
};

async function play(system: MeasuredSystem, round: number): Promise<Round> {
  const { carrier } = system;
  const seen = carrier.record().length;
  const id = `fan-out-${round}`;
  const postedAt = Date.now();
  mustBe('answer to a post', (await system.post(alert(id))).status, 202);
  const pages = () => pagesIn(carrier.record().slice(seen));
  await until(() => pages().length >= PAGES, { timeoutMs: 60_000, what: 'everybody to be paged' });
  const all = pages();
  mustBe('pages', all.length, PAGES);
  const [first, last] = [all[0]!.receivedAt, all.at(-1)!.receivedAt];
  await resolve(system, id);
  return { firstMs: first - postedAt, spreadMs: last - first };
}

/** So that the next round begins where nothing rings any more. */
async function resolve(system: MeasuredSystem, id: string): Promise<void> {
  await system.post(alert(id, 'resolve'));
  await until(async () => (await system.list())[0]?.status === 'closed', {
    timeoutMs: 30_000,
    what: 'the incident to close',
  });
  await system.quiet();
}
