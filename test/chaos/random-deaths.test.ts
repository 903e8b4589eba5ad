import { afterAll, expect, test } from '@jest/globals';
import { sleep } from '@tocsin/platform';
import type { TestPerson } from '../harness/organisation.ts';
import { type ProcessSystem, startProcesses } from '../harness/process-system.ts';
import { SERVICES } from '../harness/processes.ts';
import { engineVersions } from './engine-versions.ts';
import { keepRunning } from './keeper.ts';
import { lostOf, settled } from './kept.ts';
import { startPeople } from './people.ts';
import { createRandom, type Random } from './random.ts';
import { writePart } from './report.ts';
import { brokenRules, type Outage } from './rules.ts';
import { allSent } from './sent.ts';

const ALERTS = 2_000;
const INCIDENTS = 100;
const SENDERS = 8;
/** Alerts are spread over this time, and processes die all along. */
const STORM_MS = 90_000;
const LEAST_DEATHS = 12;
const PEOPLE: TestPerson[] = ['ada', 'ben', 'cleo', 'dee', 'eve', 'fay', 'boss'].map((id) => ({ id }));
const ENGINES = ['nats', 'mongo', 'temporal'] as const;

const seed = Number(process.env.TOCSIN_CHAOS_SEED ?? Math.floor(Math.random() * 2 ** 32));
let system: ProcessSystem | undefined;
let measured: [string, string | number][] = [];

afterAll(async () => {
  await writePart('random', {
    whole: measured.length > 0,
    title: `${ALERTS} alerts for ${INCIDENTS} incidents while random processes die`,
    text:
      `Senders repeat each alert until it is taken; people accept, reject or do nothing at random; services and engines are killed (SIGKILL) at random all along and started again at once. ` +
      `\`TOCSIN_CHAOS_SEED=${seed}\` makes the same choices again.`,
    columns: ['measured', 'value'],
    rows: measured,
    engines: await engineVersions(),
  });
  await system?.stop();
}, 90_000);

/** Posts until it is taken; resolves with the id of the envelope. */
async function send(to: ProcessSystem, key: string): Promise<string> {
  const body = { action: 'trigger', dedup_key: key, severity: 'critical', title: `${key} is away` };
  for (;;) {
    const response = await to.post(body).catch(() => undefined);
    const taken =
      response?.status === 202 && ((await response.json().catch(() => undefined)) as { id: string } | undefined);
    if (taken) return taken.id;
    await sleep(200);
  }
}

/**
 * Kills services, and now and then an engine, until it is stopped and there were enough. The next one dies once everything
 * answers again, or has had its time to: on a slow machine it takes longer, and not all die at once for ever.
 */
function startKilling(victims: ProcessSystem, random: Random) {
  const outages: Outage[] = [];
  let stopped = false;
  const killing = (async () => {
    for (let count = 1; !stopped || count <= LEAST_DEATHS; count += 1) {
      await sleep(random.between(200, 3_000));
      if (stopped && count > LEAST_DEATHS) break;
      if (count % 8 !== 0) {
        await victims.processes[random.pick(SERVICES)].kill();
      } else {
        const name = ENGINES[(count / 8 - 1) % ENGINES.length]!;
        const engine = victims.engines.engines[name]!;
        const from = Date.now();
        await engine.kill();
        await engine.restart();
        // Clients need a moment to find it again.
        outages.push({ name, from, until: Date.now() + 15_000 });
      }
      await victims.ready().catch(() => undefined);
    }
  })();
  return {
    outages,
    stop: async () => {
      stopped = true;
      await killing;
    },
  };
}

test(`${ALERTS} alerts for ${INCIDENTS} incidents while random processes die: none is lost, none is silent`, async () => {
  console.log(`TOCSIN_CHAOS_SEED=${seed}`);
  const random = createRandom(seed);
  system = await startProcesses({
    engines: { nats: true, mongo: 'own', temporal: 'own' },
    people: PEOPLE,
    layers: [['ada', 'ben'], ['cleo', 'dee'], ['eve']],
    tryFor: '12s',
    catchAll: ['boss'],
    catchAllEvery: '12s',
  });
  const s = system;
  const keeper = keepRunning(s.processes);
  const people = startPeople(s, PEOPLE, createRandom(seed + 1));
  const killer = startKilling(s, createRandom(seed + 2));
  try {
    const startedAt = Date.now();
    const keys = Array.from(
      { length: ALERTS },
      (_, n) => `db-${n < INCIDENTS ? n : Math.floor(random.next() * INCIDENTS)}`,
    );
    const accepted: string[] = [];
    const queue = keys.entries();
    const sender = async () => {
      for (const [n, key] of queue) {
        const due = startedAt + (n / ALERTS) * STORM_MS;
        if (due > Date.now()) await sleep(due - Date.now());
        accepted.push(await send(s, key));
      }
    };
    await Promise.all(Array.from({ length: SENDERS }, sender));
    const takenMs = Date.now() - startedAt;
    await killer.stop();
    people.hurry();

    await settled(s);
    await people.stop();

    expect(accepted).toHaveLength(ALERTS);
    const { lost, stored } = await lostOf(s, accepted, INCIDENTS);
    expect(lost).toEqual([]);

    const sent = await allSent(s);
    const outages = [
      ...killer.outages,
      ...keeper.deaths.map((one) => ({ name: one.name, from: one.at, until: one.at })),
    ];
    const { broken, repeats } = await brokenRules(s, sent, outages);
    expect(broken).toEqual([]);

    expect(keeper.deaths.length + killer.outages.length).toBeGreaterThanOrEqual(LEAST_DEATHS);
    const deaths = Map.groupBy(keeper.deaths, (one) => one.name);
    measured = [
      ['seed', seed],
      ['alerts accepted', `${accepted.length} in ${(takenMs / 1000).toFixed(0)} s`],
      ['alerts stored, with those whose 2xx was lost', stored],
      ['incidents, each accepted by somebody', INCIDENTS],
      ...SERVICES.map((name): [string, number] => [`deaths of ${name}`, deaths.get(name)?.length ?? 0]),
      ...ENGINES.map((name): [string, number] => [
        `deaths of ${name}`,
        killer.outages.filter((one) => one.name === name).length,
      ]),
      ['messages and calls', sent.length],
      ['notifications sent again, marked', repeats],
    ];
  } finally {
    await killer.stop();
    await people.stop();
    keeper.stop();
  }
}, 600_000);
