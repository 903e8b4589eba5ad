import { millis, until } from '@tocsin/platform';
import type { Incident } from '@tocsin/proto/incident/v1';
import { type Benchmark, type Finding, mustBe, type Table } from '../benchmark.ts';
import { firstAt, historyOf } from '../history.ts';
import { alert } from '../load/alert.ts';
import { atPace } from '../load/pace.ts';
import { createSender } from '../load/sender.ts';
import { cpuFor } from '../machine/process-usage.ts';
import { incidentWithReceipts, pagesIn, providerIds } from '../pages.ts';
import { percentile, spreadOf } from '../report/percentiles.ts';
import { digits, spread } from '../report/wording.ts';
import { type MeasuredSystem, withSystem } from '../system.ts';

const PER_SECOND = 5;
const WARM_UP = 25;
const CHANNELS = 2;
const MOST_P50_MS = 80;
const MOST_P99_MS = 400;

interface Posted {
  id: string;
  dueAt: number;
  answeredAt: number;
}

/** Incidents at a steady pace, each paged by SMS and voice: from the instant a post was due to the first request at the carrier. */
export const latency: Benchmark = {
  name: 'latency',
  run: (context) =>
    withSystem(context, { layers: [['ada']], tryFor: '1h', catchAllEvery: '1h' }, async (system): Promise<Finding> => {
      const count = context.quick ? 50 : 500;
      await posts(system, 'warm-up', WARM_UP);
      await paged(system, WARM_UP);
      context.say(`${count} incidents, ${PER_SECOND} a second`);
      const before = await system.usage();
      const posted = await posts(system, 'measured', count);
      await paged(system, WARM_UP + count);
      const cpu = cpuFor(before, await system.usage(), count);
      const { incidents: all } = await system.incidents.list({ organisationId: 'acme', limit: 500 });
      const byTitle = new Map(all.map((one) => [one.title, one]));
      const lives: Life[] = [];
      for (const post of posted) lives.push(await lifeOf(system, post, byTitle.get(post.id)));
      const total = spreadOf(lives.map((life) => life.requestAt - life.dueAt));
      const accepted = spreadOf(lives.map((life) => life.answeredAt - life.dueAt));
      return {
        rows: [
          { measure: 'POST → 202, p50 / p95 / p99', result: spread(accepted) },
          {
            measure: `POST → first provider request at ${PER_SECOND} incidents a second, p50 / p95 / p99`,
            result: spread(total),
            expected: {
              what: `p50 ≤ ${MOST_P50_MS} ms, p99 ≤ ${MOST_P99_MS} ms`,
              met: total.p50 <= MOST_P50_MS && total.p99 <= MOST_P99_MS,
            },
          },
        ],
        figures: { accepted: accepted.p50, paged: total.p50 },
        details: [stepTable(lives), cpuTable(cpu)],
        samples: lives,
      };
    }),
};

async function posts(system: MeasuredSystem, name: string, count: number): Promise<Posted[]> {
  const sender = createSender(system.intakeUrl, 16);
  try {
    return await atPace({ count, perSecond: PER_SECOND }, async (index, dueAt) => {
      const id = `${name}-${index}`;
      mustBe('answer to a post', await sender.post(JSON.stringify(alert(id))), 202);
      return { id, dueAt, answeredAt: Date.now() };
    });
  } finally {
    sender.close();
  }
}

/** Every incident has its pages, and no page is one too many. */
async function paged({ carrier }: MeasuredSystem, incidents: number): Promise<void> {
  const pages = () => pagesIn(carrier.record()).length;
  await until(() => pages() >= incidents * CHANNELS, { timeoutMs: 120_000, what: 'every incident to be paged' });
  mustBe('pages', pages(), incidents * CHANNELS);
}

/** Instants of one incident's way, in epoch milliseconds. */
interface Life {
  dueAt: number;
  answeredAt: number;
  parsedAt: number;
  foldedAt: number;
  startedAt: number;
  plannedAt: number;
  beginAt: number;
  begunAt: number;
  toPageAt: number;
  pagingAt: number;
  claimedAt: number;
  requestAt: number;
}

async function lifeOf(system: MeasuredSystem, posted: Posted, listed: Incident | undefined): Promise<Life> {
  mustBe(`incidents of ${posted.id}`, listed?.title, posted.id);
  const incident = await incidentWithReceipts(system, listed!.id, CHANNELS);
  const sent = new Set(providerIds(incident));
  const [request] = pagesIn(system.carrier.record().filter((one) => one.sid !== undefined && sent.has(one.sid)));
  const history = await historyOf(system, incident.id);
  const begin = firstAt(history, 'activityTaskScheduled', 0, 'beginEscalation');
  const begun = firstAt(history, 'activityTaskCompleted', begin);
  const toPage = firstAt(history, 'activityTaskScheduled', begun, 'deliver');
  return {
    dueAt: posted.dueAt,
    answeredAt: posted.answeredAt,
    parsedAt: await parsedAt(system, incident),
    foldedAt: millis(incident.log[0]?.at) ?? Number.NaN,
    startedAt: firstAt(history, 'workflowExecutionStarted'),
    plannedAt: firstAt(history, 'workflowTaskCompleted'),
    beginAt: firstAt(history, 'activityTaskStarted', begin),
    begunAt: begun,
    toPageAt: toPage,
    pagingAt: firstAt(history, 'activityTaskStarted', toPage),
    claimedAt: await claimedAt(system, incident, request?.kind === 'call' ? 'voice' : 'sms'),
    requestAt: request?.receivedAt ?? Number.NaN,
  };
}

async function parsedAt({ db }: MeasuredSystem, incident: Incident): Promise<number> {
  const { alert } = JSON.parse(incident.log[0]?.dataJson ?? '{}') as { alert?: string };
  const parcels = db.collection<{ _id: string; parsed: Date }>('parcels');
  const parcel = await parcels.findOne({ _id: alert?.split('.')[0] ?? '' });
  return parcel?.parsed.getTime() ?? Number.NaN;
}

async function claimedAt({ db }: MeasuredSystem, { id }: Incident, channel: string): Promise<number> {
  const row = await db.collection<{ createdAt: Date }>(`${channel}Ledger`).findOne({ 'key.incidentId': id });
  return row?.createdAt.getTime() ?? Number.NaN;
}

const STEPS: [name: string, from: keyof Life, to: keyof Life][] = [
  ['post → 202: the envelope is in the journal', 'dueAt', 'answeredAt'],
  ['→ parsed', 'answeredAt', 'parsedAt'],
  ['→ folded: alerts stored, told, heard, words asked for', 'parsedAt', 'foldedAt'],
  ['→ workflow started: fold committed, taken by the courier, signalWithStart', 'foldedAt', 'startedAt'],
  ['→ first plan: workflow task', 'startedAt', 'plannedAt'],
  ['→ begin activity starts', 'plannedAt', 'beginAt'],
  ['→ begun: roster asked, layer stored', 'beginAt', 'begunAt'],
  ['→ pages planned: workflow task', 'begunAt', 'toPageAt'],
  ['→ page activity starts', 'toPageAt', 'pagingAt'],
  ['→ claimed: words, address, ledger looked at', 'pagingAt', 'claimedAt'],
  ['→ request: claim stored, withdrawals looked for, sent', 'claimedAt', 'requestAt'],
];

function stepTable(lives: Life[]): Table {
  return {
    title: 'Where POST → first provider request goes',
    note: 'Each step by itself, so the columns do not add up to a percentile of the whole. Clocks count whole milliseconds; one step ends where the next begins, so what is rounded up here is rounded down there.',
    head: ['step', 'p50, ms', 'p95, ms'],
    rows: STEPS.map(([name, from, to]) => {
      const took = lives.map((life) => life[to] - life[from]);
      return [name, digits(percentile(took, 0.5)), digits(percentile(took, 0.95))];
    }),
  };
}

function cpuTable(cpu: Map<string, number>): Table {
  const sum = [...cpu.values()].reduce((all, one) => all + one, 0);
  return {
    title: `CPU of an incident, paged by SMS and voice, at ${PER_SECOND} a second, by process`,
    note: 'With what the processes do anyway in a fifth of a second, and the calls that ring on.',
    head: ['process', 'ms an incident'],
    rows: [...cpu, ['all', sum] as const].map(([name, cpuMs]) => [name, digits(cpuMs)]),
  };
}
