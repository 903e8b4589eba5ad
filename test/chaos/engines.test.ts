import { afterAll, expect, test } from '@jest/globals';
import { sleep, until } from '@tocsin/platform';
import { type ProcessSystem, startProcesses } from '../harness/process-system.ts';
import { engineVersions } from './engine-versions.ts';
import { type Keeper, keepRunning } from './keeper.ts';
import { live, quiet } from './life.ts';
import { writePart } from './report.ts';
import { brokenRules, type Outage } from './rules.ts';
import { allSent } from './sent.ts';

type EngineName = 'temporal' | 'nats' | 'mongo';

/** One system on engines of its own; after a case that failed the next begins with a fresh one. */
let running: { system: ProcessSystem; keeper: Keeper; outages: Outage[] } | undefined;
const measured: [string, string, string, number][] = [];

/** Long enough for a request that an outage swallowed to be noticed and made again, and short enough to look on as the layer ends. */
const TRY_FOR_SECONDS = 20;
const PAUSED_MS = 5_000;

async function start() {
  if (running) return running;
  const system = await startProcesses({
    engines: { nats: true, mongo: 'own', temporal: 'own' },
    tryFor: `${TRY_FOR_SECONDS}s`,
    layers: [['ada'], ['ben']],
  });
  running = { system, keeper: keepRunning(system.processes), outages: [] };
  return running;
}

async function stop(): Promise<void> {
  const stopping = running;
  running = undefined;
  stopping?.keeper.stop();
  await stopping?.system.stop();
}

const CASES = (['temporal', 'nats', 'mongo'] as const).flatMap((name) =>
  (['killed', 'paused'] as const).map((how): [EngineName, 'killed' | 'paused'] => [name, how]),
);

afterAll(async () => {
  await writePart('engines', {
    whole: measured.length === CASES.length,
    title: 'An engine killed or paused while pages go out',
    text:
      `Two incidents are posted; as the first request reaches the provider, the engine is killed (SIGKILL) and started again on the same data, or paused (SIGSTOP) for ${PAUSED_MS / 1000} s. ` +
      `One incident is then accepted; the other is left unanswered, and the next layer is paged after its ${TRY_FOR_SECONDS} s. ` +
      'The times count from when the engine answers again.',
    columns: ['engine', 'both incidents paged on both channels', 'accept stored and decided', 'sent twice'],
    rows: measured,
    engines: await engineVersions(),
  });
  await stop();
}, 90_000);

test.each(CASES)(
  '%s %s while pages go out: they reach the person, the answer counts, and the next layer comes where nobody answers',
  async (name, how) => {
    const { system, keeper, outages } = await start();
    let whole = false;
    try {
      await quiet(system);
      await system.ready();
      const engine = system.engines.engines[name]!;
      const before = system.carrier.record().length;
      const lives = [await live(system, `${name} ${how} 1`), await live(system, `${name} ${how} 2`)] as const;
      const [answered, unanswered] = lives;

      await until(() => system.carrier.record().length > before, { timeoutMs: 20_000, everyMs: 1, what: 'a page' });
      const from = Date.now();
      if (how === 'killed') {
        await engine.kill();
        await engine.restart();
      } else {
        await engine.pause();
        // How long it is away is what is tested; nothing is waited for.
        await sleep(PAUSED_MS);
        engine.resume();
      }
      const back = Date.now();
      // What was under way when it came back may still be cut off, until everything has found its way to it again.
      const outage = { name, from, until: Number.POSITIVE_INFINITY };
      outages.push(outage);

      const pagedAt = Math.max(...(await Promise.all(lives.map((life) => life.paged('ada')))));
      await answered.says('ada', 'accept', 'sms');
      const answeredAt = await answered.acknowledged('ada');
      await unanswered.paged('ben');
      await unanswered.says('ben', 'accept', 'voice');
      await unanswered.acknowledged('ben');
      await Promise.all(lives.map((life) => life.closed()));
      outage.until = Date.now();

      const sent = await allSent(system);
      const deaths = keeper.deaths.map((one) => ({ name: one.name, from: one.at, until: one.at }));
      expect(await brokenRules(system, sent, [...outages, ...deaths])).toMatchObject({ broken: [] });
      // The one who answered is the only one who was summoned.
      expect(new Set((await answered.pages()).map((one) => one.personId))).toEqual(new Set(['ada']));
      const pages = (await Promise.all(lives.map((life) => life.pages()))).flat();
      const twice = [...Map.groupBy(pages, (one) => one.notification).values()].filter((same) => same.length > 1);
      measured.push([`${name} ${how}`, after(pagedAt, back), after(answeredAt, back), twice.length]);
      whole = true;
    } finally {
      if (!whole) await stop();
    }
  },
  180_000,
);

function after(instant: number, from: number): string {
  return instant <= from ? 'before' : `${((instant - from) / 1000).toFixed(1)} s`;
}
