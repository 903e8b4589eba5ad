import { until } from '@tocsin/platform';
import { type Benchmark, type Finding, mustBe, type Table } from '../benchmark.ts';
import { alert } from '../load/alert.ts';
import { cpuFor } from '../machine/process-usage.ts';
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
  /** Milliseconds of processor time a page until the last was sent, by process. */
  cpu: Map<string, number>;
}

/** One alert, a hundred people, two channels: from the first request to the last. */
export const fanOut: Benchmark = {
  name: 'fan-out',
  run: (context) =>
    withSystem(context, { ...people(PEOPLE), tryFor: '1h', catchAllEvery: '1h' }, async (system): Promise<Finding> => {
      await play(system, 'warm-up');
      const rounds: Round[] = [];
      for (let round = 0; round < (context.quick ? 2 : 7); round += 1)
        rounds.push(await play(system, `round-${round}`));
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
        details: [cpuTable(rounds)],
        samples: rounds.map(({ cpu, ...rest }) => ({ ...rest, cpu: Object.fromEntries(cpu) })),
      };
    }),
};

async function play(system: MeasuredSystem, id: string): Promise<Round> {
  const { carrier } = system;
  const seen = carrier.record().length;
  const before = await system.usage();
  const postedAt = Date.now();
  mustBe('answer to a post', (await system.post(alert(id))).status, 202);
  const pages = () => pagesIn(carrier.record().slice(seen));
  await until(() => pages().length >= PAGES, { timeoutMs: 60_000, what: 'everybody to be paged' });
  const all = pages();
  mustBe('pages', all.length, PAGES);
  const cpu = cpuFor(before, await system.usage(), PAGES);
  const [first, last] = [all[0]!.receivedAt, all.at(-1)!.receivedAt];
  await resolve(system, id);
  return { firstMs: first - postedAt, spreadMs: last - first, cpu };
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

function cpuTable(rounds: Round[]): Table {
  const names = [...(rounds[0]?.cpu.keys() ?? [])];
  return {
    title: `CPU of a page, ${PEOPLE} people × 2 channels, by process`,
    note: 'Medians of the rounds, from the post until the last request.',
    head: ['process', 'ms a page'],
    rows: names.map((name) => [
      name,
      percentile(
        rounds.map((round) => round.cpu.get(name) ?? 0),
        0.5,
      ).toFixed(2),
    ]),
  };
}
