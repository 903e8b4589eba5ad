import { expect } from '@jest/globals';
import { serviceNames } from '@tocsin/local';
import { sleep } from '@tocsin/platform';
import { type Harness, type LogLine, TURNS, withHarness } from '../harness/harness.ts';
import { pagedTimes, pages } from '../harness/pages.ts';
import { sideBySide } from '../harness/side-by-side.ts';

const ALERT = { action: 'trigger', dedup_key: 'db-17', severity: 'critical', title: 'db-17 unreachable' };

/** An hour of a layer of 90 s in proportion: 40 times a layer's time. */
const LAYER_MS = 500;
const DARK_MS = 40 * LAYER_MS;
const ladder = { layers: [['ada'], ['ben'], ['cleo']], tryFor: `${LAYER_MS}ms`, catchAllEvery: '60s' };

interface Outage {
  what: string;
  engines?: { nats: true; mongo: true; temporal: 'own' };
  away(h: Harness): Promise<unknown>;
  back(h: Harness): Promise<unknown>;
}

const everyService: Outage = {
  what: 'every service',
  away: async (h) => {
    for (const name of serviceNames.toReversed()) await h.tocsin.stopService(name);
  },
  back: (h) => Promise.all(serviceNames.map((name) => h.tocsin.startService(name))),
};

const OUTAGES: Outage[] = [
  everyService,
  {
    what: 'Temporal with its worker',
    engines: { nats: true, mongo: true, temporal: 'own' },
    away: (h) => Promise.all([h.engines.engines.temporal!.kill(), h.tocsin.stopService('worker')]),
    back: async (h) => {
      await h.engines.engines.temporal!.restart();
      await h.tocsin.startService('worker');
    },
  },
];

const RINGS_EACH_SECOND = { id: 'ada', repeats: { times: 50, every: '1s' } };

// All at once: what they do most is wait for the dark to end.
const inTheDark = sideBySide(6);

for (const { name, turnAfterEvents } of TURNS) {
  for (const { what, engines, away, back } of OUTAGES) {
    inTheDark(`${name}, ${what} away for 40 layers: nobody is skipped, and nobody is paged twice`, () =>
      withHarness({ turnAfterEvents, ...ladder, ...(engines ? { engines } : {}) }, async (h) => {
        await h.post(ALERT);
        await h.until(() => pages(h, 'ada').length > 0, { what: 'the first page', everyMs: 5 });
        await Promise.all([away(h), sleep(DARK_MS)]);
        await back(h);
        await h.until(() => pages(h, 'boss').length === 2, { timeoutMs: 40_000, what: 'the catch-all' });
        for (const person of ['ada', 'ben', 'cleo', 'boss']) {
          expect(pages(h, person)).not.toEqual([]);
          // A layer this short may end before both of its channels were served; none is served twice.
          expect(await pagedTimes(h, person)).toMatch(/^[01]\/[01]$/);
        }
        const started = await h.until(async () => startedLayers((await h.incident()).log));
        expect(started.map((entry) => entry.data.layer)).toEqual([1, 2, 3, 4]);
        for (const [at, entry] of started.slice(1).entries()) {
          expect(entry.at - started[at]!.at).toBeGreaterThanOrEqual(LAYER_MS);
        }
      }),
    );
  }

  inTheDark(`${name}, repeats that were missed in the dark are one call, not one for each`, () =>
    withHarness({ turnAfterEvents, people: [RINGS_EACH_SECOND, { id: 'boss' }], layers: [['ada']] }, async (h) => {
      await h.post(ALERT);
      await h.until(() => pages(h, 'ada', 'call').length > 0, { what: 'the first call' });
      await everyService.away(h);
      const before = pages(h, 'ada', 'call').length;
      await sleep(DARK_MS);
      await everyService.back(h);
      await h.until(() => pages(h, 'ada', 'call').length >= before + 2, { what: 'the calls to go on' });
      const rows = await h.db.collection<{ key: { repeat: number } }>('voiceLedger').find().toArray();
      const newest = Math.max(...rows.map((row) => row.key.repeat));
      expect(newest - pages(h, 'ada', 'call').length).toBeGreaterThanOrEqual(DARK_MS / 1_000 - 3);
    }),
  );
}

function startedLayers(log: LogLine[]): LogLine[] | undefined {
  const started = log.filter((entry) => entry.kind === 'layer-started');
  return started.some((entry) => entry.data.catchAll) ? started : undefined;
}
