import { until } from '@tocsin/platform';
import { type Benchmark, type Finding, mustBe, type Table } from '../benchmark.ts';
import { type MeasuredGateway, withGateway } from '../gateway.ts';
import { alert } from '../load/alert.ts';
import { atPace } from '../load/pace.ts';
import { DATABASES, fillPastIncidents, PERSONS, TEAMS } from '../load/past-incidents.ts';
import { createSender } from '../load/sender.ts';
import { cpuFor } from '../machine/process-usage.ts';
import { incidentWithReceipts } from '../pages.ts';
import { percentile, spreadOf } from '../report/percentiles.ts';
import { digits, spread } from '../report/wording.ts';
import { type MeasuredSystem, withSystem } from '../system.ts';

const PER_SECOND = 200;
const WARM_UP = 400;

/** What dashboards and people ask, in turns: the name, and the path of the nth time. */
const QUESTIONS: [name: string, path: (n: number, known: Known) => string][] = [
  ['the newest 50', () => '/incidents?limit=50'],
  ['open and acknowledged', () => '/incidents?status=open,acknowledged&limit=50'],
  ['critical and high, of one team', (n) => `/incidents?severity=critical,high&team=team-${n % TEAMS}&limit=50`],
  ['of one person, the next page', (n, { cursors }) => `/incidents?owner=${cursors[n % cursors.length]}&limit=50`],
  ['by words of the title', (n) => `/incidents?words=db-${n % DATABASES}&limit=50`],
  ['counts of what is open', () => '/incidents/summary'],
  ['one incident with its ladder', (n, { numbers }) => `/incidents/${numbers[n % numbers.length]}`],
];

interface Known {
  /** `<owner>&cursor=<cursor>` of second pages. */
  cursors: string[];
  /** Of incidents that have a log. */
  numbers: string[];
}

interface Asked {
  question: string;
  ms: number;
}

/** Reads over a year of incidents at a steady pace: from the instant a request was due to the end of its answer. */
export const api: Benchmark = {
  name: 'api',
  run: (context) =>
    withSystem(context, { layers: [['ada']], tryFor: '1h', catchAllEvery: '1h' }, async (system): Promise<Finding> => {
      const incidents = context.quick ? 10_000 : 100_000;
      const count = context.quick ? 1_000 : 6_000;
      await fillPastIncidents(system.db, await lived(system), incidents);
      return withGateway(system, async (gateway) => {
        const known = await look(gateway);
        context.say(`${count} requests over ${incidents} incidents, ${PER_SECOND} a second`);
        await ask(gateway, known, WARM_UP);
        const used = async () => new Map([['gateway', await gateway.usage()], ...(await system.usage())]);
        const before = await used();
        const asked = await ask(gateway, known, count);
        const cpu = cpuFor(before, await used(), count);
        const floor = spreadOf(await newestFromTheStore(system, context.quick ? 100 : 500));
        const all = spreadOf(asked.map(({ ms }) => ms));
        return {
          rows: [
            {
              measure: `API, ${PER_SECOND} reads a second over ${incidents.toLocaleString('en-GB')} incidents, p50 / p95 / p99`,
              result: spread(all),
            },
            {
              measure: 'API, CPU of a read, all services and engines',
              result: `${digits([...cpu.values()].reduce((all, one) => all + one, 0))} ms`,
            },
          ],
          figures: { apiNewest: percentile(msOf(asked, QUESTIONS[0]![0]), 0.5), mongoNewest: floor.p50 },
          details: [questionTable(asked, floor), cpuTable(cpu)],
          samples: asked,
        };
      });
    }),
};

/** One incident that is paged and accepted, as it is kept. */
async function lived(system: MeasuredSystem) {
  const sender = createSender(system.intakeUrl, 1);
  mustBe('answer to a post', await sender.post(JSON.stringify(alert('lived'))), 202);
  sender.close();
  const { id } = await until(async () => (await system.list())[0], { timeoutMs: 30_000, what: 'the incident' });
  await incidentWithReceipts(system, id, 2);
  const phone = system.phone('ada');
  const [, code] = /PAGE (\w+)/.exec(phone.messages[0]?.body ?? '') ?? [];
  await phone.reply(`${code}1`);
  const isAccepted = async () => (await system.list())[0]?.status === 'acknowledged';
  await until(isAccepted, { timeoutMs: 30_000, what: 'the accept' });
  const incident = await system.db.collection<{ _id: string }>('incidents').findOne({ _id: id });
  const log = await system.db
    .collection<{ _id: string; incidentId: string; position: number }>('incidentLog')
    .find({ incidentId: id })
    .toArray();
  return { incident: incident!, log };
}

interface Page {
  items: { number: string }[];
  nextCursor: string | null;
}

async function look(gateway: MeasuredGateway): Promise<Known> {
  const cursors: string[] = [];
  for (let person = 0; person < PERSONS; person += 10) {
    const page = JSON.parse(await gateway.get(`/incidents?owner=person-${person}&limit=20`)) as Page;
    mustBe('incidents of a person', page.items.length, 20);
    cursors.push(`person-${person}&cursor=${encodeURIComponent(page.nextCursor ?? '')}`);
  }
  const newest = JSON.parse(await gateway.get('/incidents?limit=100')) as Page;
  return { cursors, numbers: newest.items.map(({ number }) => number) };
}

function ask(gateway: MeasuredGateway, known: Known, count: number): Promise<Asked[]> {
  return atPace({ count, perSecond: PER_SECOND }, async (index, dueAt) => {
    const [question, path] = QUESTIONS[index % QUESTIONS.length]!;
    await gateway.get(path(Math.floor(index / QUESTIONS.length), known));
    return { question, ms: Date.now() - dueAt };
  });
}

/** The floor: the store alone, asked for the same page of the same index. */
async function newestFromTheStore({ db }: MeasuredSystem, times: number): Promise<number[]> {
  const took: number[] = [];
  const filter = {
    organisationId: 'acme',
    drill: { $in: [false, true] },
    status: { $in: ['open', 'acknowledged', 'closed'] },
    severity: { $in: ['critical', 'high', 'medium', 'low', 'info'] },
  };
  for (let time = 0; time < times; time += 1) {
    const startedAt = performance.now();
    await db.collection('incidents').find(filter).sort({ openedAt: -1, _id: -1 }).limit(50).toArray();
    took.push(performance.now() - startedAt);
  }
  return took;
}

function msOf(asked: readonly Asked[], question: string): number[] {
  return asked.filter((one) => one.question === question).map(({ ms }) => ms);
}

function questionTable(asked: readonly Asked[], floor: { p50: number; p99: number }): Table {
  return {
    title: 'Reads of the API, by question',
    note: 'In turns, at the pace above; the last line is the store alone, asked one after the other for the page of the first.',
    head: ['question', 'p50, ms', 'p99, ms'],
    rows: [
      ...QUESTIONS.map(([name]) => {
        const took = msOf(asked, name);
        return [name, digits(percentile(took, 0.5)), digits(percentile(took, 0.99))];
      }),
      ['floor: MongoDB, the newest 50', digits(floor.p50), digits(floor.p99)],
    ],
  };
}

function cpuTable(cpu: ReadonlyMap<string, number>): Table {
  return {
    title: `CPU of a read of the API, at ${PER_SECOND} a second, by process`,
    note: 'With what the processes do anyway.',
    head: ['process', 'ms a read'],
    rows: [...cpu].map(([name, cpuMs]) => [name, cpuMs.toFixed(2)]),
  };
}
