import { afterAll, expect, test } from '@jest/globals';
import { until } from '@tocsin/platform';
import { type ProcessSystem, startProcesses } from '../harness/process-system.ts';
import { engineVersions } from './engine-versions.ts';
import { type Death, type Keeper, keepRunning } from './keeper.ts';
import { live, quiet } from './life.ts';
import { APART, CASES, type CrashCase, LOST_RECEIPTS, pointsInSources } from './points.ts';
import { writePart } from './report.ts';
import { brokenRules } from './rules.ts';
import { allSent } from './sent.ts';

interface Running {
  system: ProcessSystem;
  keeper: Keeper;
}

const measured: [string, string, string, number][] = [];

/** One system serves all cases, each with an incident of its own; after a case that failed the next begins with a fresh one. */
let running: Running | undefined;

async function stop(): Promise<void> {
  const stopping = running;
  running = undefined;
  stopping?.keeper.stop();
  await stopping?.system.stop();
}
afterAll(async () => {
  await writePart('matrix', {
    whole: measured.length === CASES.length,
    title: 'A service killed at each durable step',
    text:
      'Each service runs as a process of its own and kills itself (SIGKILL) at a named point of the code, once; it is started again at once. ' +
      'The times count from its last death there to what was waited for then: the page on both channels, the acknowledgement, or the close. ' +
      'They include the time that the process takes to start.',
    columns: ['killed at', 'what came next', 'after', 'sent twice'],
    rows: measured,
    engines: await engineVersions(),
  });
  await stop();
}, 90_000);

async function start(): Promise<Running> {
  if (running) return running;
  // Short runs: every life goes on in a new run somewhere between its page and its close.
  const system = await startProcesses({ turnAfterEvents: 15 });
  running = { system, keeper: keepRunning(system.processes) };
  return running;
}

function nameOf({ victim, points, says, by, applies }: CrashCase): string {
  const after = applies
    ? ' while the organisation changes'
    : says
      ? ` after a ${says}`
      : by
        ? ` after a key press`
        : '';
  return `${victim} killed at ${points.join(' and then at ')}${after}`;
}

function whatCameNext(death: Death | undefined, instants: Record<string, number>): [string, string] {
  const at = death?.at ?? 0;
  const [what, instant] = Object.entries(instants).find(([, one]) => one >= at) ?? ['nothing', at];
  return [what, `${((instant - at) / 1000).toFixed(1)} s`];
}

test('every crash point in the sources is in the matrix, a lost receipt’s, or beside its service', async () => {
  const died = new Set([...CASES.flatMap((one) => one.points), ...LOST_RECEIPTS.map(([, point]) => point), ...APART]);
  expect([...died].sort()).toEqual([...(await pointsInSources())].sort());
});

test.each(CASES.map((one): [string, CrashCase] => [nameOf(one), one]))(
  '%s: the page arrives, is answered, and nothing goes out after the answer',
  async (name, { victim, points, says = 'accept', by = 'sms', applies }) => {
    const { system, keeper } = await start();
    let whole = false;
    try {
      await quiet(system);
      const before = keeper.deaths.length;
      await keeper.arm(victim, points);
      await system.ready();

      const life = await live(system, name);
      if (applies) {
        await until(() => system.apply({ tryFor: `${60 + before}s` }).then(() => true), {
          timeoutMs: 30_000,
          everyMs: 250,
          what: 'the change of the organisation',
        });
      }
      const pagedAt = await life.paged('ada');
      await life.says('ada', says, by);
      if (says === 'reject') {
        await life.paged('ben');
        await life.says('ben', 'accept', 'sms');
      }
      const acknowledgedAt = await life.acknowledged(says === 'reject' ? 'ben' : 'ada');
      const closedAt = await life.closed();

      const deaths = keeper.deaths.slice(before);
      expect(deaths.map((one) => one.point)).toEqual(points);
      expect(deaths.every((one) => one.at >= life.postedAt)).toBe(true);
      const sent = await allSent(system);
      const outages = keeper.deaths.map((one) => ({ name: one.name, from: one.at, until: one.at }));
      expect(await brokenRules(system, sent, outages)).toMatchObject({ broken: [] });
      const twice = [...Map.groupBy(await life.pages(), (one) => one.notification).values()];
      measured.push([
        name,
        ...whatCameNext(deaths.at(-1), { page: pagedAt, acknowledgement: acknowledgedAt, close: closedAt }),
        twice.filter((same) => same.length > 1).length,
      ]);
      whole = true;
    } finally {
      if (!whole) await stop();
    }
  },
  180_000,
);
