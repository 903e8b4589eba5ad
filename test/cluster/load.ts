import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { tocsinDir } from '@tocsin/local/engines';
import { createTemporalClient, until } from '@tocsin/platform';
import { historyOf } from '../bench/history.ts';
import { lostOf, settled } from '../chaos/kept.ts';
import { startPeople } from '../chaos/people.ts';
import { createRandom } from '../chaos/random.ts';
import { brokenRules, type Outage } from '../chaos/rules.ts';
import { allSent, type Sent } from '../chaos/sent.ts';
import { KEY, type TestOrganisation, type TestPerson } from '../harness/organisation.ts';
import type { FarSystem } from './far-system.ts';
import { type LayerPage, layerPages } from './lateness.ts';
import type { WayIn } from './way-in.ts';

const ALERTS = 500;
const INCIDENTS = 50;
const SENDERS = 8;
const POST_WITHIN_MS = 5_000;
/** A page that is later than this is worth a look. */
export const LATE_MS = 5_000;
const FLOWS_WITHIN_MS = 60_000;

export const PEOPLE: readonly TestPerson[] = ['ada', 'ben', 'cleo', 'dee', 'eve', 'fay', 'boss'].map((id) => ({ id }));
export const POLICY: TestOrganisation = {
  layers: [['ada', 'ben'], ['cleo', 'dee'], ['eve']],
  tryFor: '12s',
  catchAll: ['boss'],
  catchAllEvery: '12s',
};

export interface LoadOptions {
  system: FarSystem;
  way: WayIn;
  /** Where senders post. */
  url: string;
  /** What the dedup keys of this load begin with. */
  name: string;
  /** The alerts are spread over this time. */
  overMs: number;
  /** What is done meanwhile; resolves with the times in which the outcome of a request could be lost. */
  during(): Promise<Outage[]>;
  /** Outages of loads before this one on the same system. */
  before?: readonly Outage[];
  /** The workflows that every history can be lived by, where they are not the workspace's. */
  workflowCode?: string | undefined;
}

export interface LoadReport {
  outages: Outage[];
  /** What does not hold, a sentence each. */
  broken: string[];
  /** Notifications that went out again, marked. */
  repeats: number;
  /** What senders were told beside 202, and what failed on the way, with how often. */
  refusals: Record<string, number>;
  pages: LayerPage[];
  /** The latest first. */
  summary: string;
}

/** 500 alerts for 50 incidents, each posted until it is taken, with people who accept, reject or do nothing, and judged in the end. */
export async function underLoad(options: LoadOptions): Promise<LoadReport> {
  const { system, way, url, name, overMs, before = [] } = options;
  const seed = Number(process.env.TOCSIN_CHAOS_SEED ?? Math.floor(Math.random() * 2 ** 32));
  console.log(`${name}: TOCSIN_CHAOS_SEED=${seed}`);
  const random = createRandom(seed);
  // Incidents begin all along, and each of those that began may get another alert.
  const every = ALERTS / INCIDENTS;
  const incidentOf = (n: number) => (n % every === 0 ? n / every : Math.floor(random.between(0, n / every)));
  const keys = Array.from({ length: ALERTS }, (_, n) => `${name}-${incidentOf(n)}`);
  const taken: string[] = [];
  const refusals: Record<string, number> = {};
  const people = startPeople(system, PEOPLE, createRandom(seed + 1));
  try {
    const module = await readFile(new URL('send.mjs', import.meta.url), 'utf8');
    const send = (these: readonly string[], overMs: number) => {
      const argument = { url, key: KEY, keys: these, overMs, senders: SENDERS, withinMs: POST_WITHIN_MS };
      return way.run(module, argument, (line) => {
        const said = JSON.parse(line) as { taken?: string; status?: number; failed?: string };
        const why = String(said.status ?? said.failed);
        if (said.taken) taken.push(said.taken);
        else refusals[why] = (refusals[why] ?? 0) + 1;
      });
    };
    // Some come when it is over, however long it took.
    const afterwards = keys.splice(ALERTS * 0.8);
    const sending = send(keys, overMs);
    sending.catch(() => undefined);
    await until(() => taken.length > 0, { timeoutMs: FLOWS_WITHIN_MS, what: 'alerts to flow' });
    const outages = await options.during();
    const takenDuring = taken.length;
    await sending;
    await send(afterwards, overMs / 10);
    people.hurry();
    await settled(system, `${name}-`);
    await people.stop();
    await system.look();

    const { lost, stored } = await lostOf(system, taken, INCIDENTS, `${name}-`);
    if (taken.length !== ALERTS) lost.push(`${taken.length} alerts were taken instead of ${ALERTS}`);
    const sent = await allSent(system);
    const { broken, repeats } = await brokenRules(system, sent, [...before, ...outages], options.workflowCode);
    const pages = (await layerPages(system, sent, `${name}-`)).sort((a, b) => b.lateMs - a.lateMs);
    const summary = JSON.stringify({
      ...{ name, taken: taken.length, takenDuring, stored, refusals, repeats, layers: pages.length },
      ...{ latestMs: pages.slice(0, 3).map((one) => one.lateMs), sent: sent.length },
    });
    console.log(summary);
    broken.unshift(...lost);
    if (broken.length > 0 || pages.some((one) => one.lateMs > LATE_MS))
      await keepForLater(system, name, { broken, outages, pages, sent });
    return { outages, broken, repeats, refusals, pages, summary };
  } finally {
    await people.stop();
  }
}

interface Kept extends Pick<LoadReport, 'broken' | 'outages' | 'pages'> {
  sent: readonly Sent[];
}

/** Where to look after a failure, once the cluster holds none of it any more. */
async function keepForLater(system: FarSystem, name: string, known: Kept): Promise<void> {
  const [answers, log, incidents] = await Promise.all(
    ['answers', 'incidentLog', 'incidents'].map((one) => system.db.collection(one).find().toArray()),
  );
  const late = new Set(known.pages.filter((one) => one.lateMs > LATE_MS).map((one) => one.incidentId));
  const histories = await lastRuns(system, [...late]);
  const file = path.join(tocsinDir, 'test', `cluster-${name}.json`);
  await writeFile(file, JSON.stringify({ ...known, answers, log, incidents, histories }, null, 1));
  console.log(`what there was is in ${file}`);
}

/** What Temporal keeps of the last run of each: where time went is between its events. */
async function lastRuns({ engines }: FarSystem, incidentIds: readonly string[]): Promise<Record<string, unknown>> {
  const temporal = await createTemporalClient(engines.temporalAddress, engines.namespace);
  try {
    const runs: Record<string, unknown> = {};
    for (const id of incidentIds) runs[id] = await historyOf({ temporal }, id);
    return runs;
  } finally {
    await temporal.connection.close();
  }
}
