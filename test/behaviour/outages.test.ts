import { describe, expect, test } from '@jest/globals';
import type { Tocsin } from '@tocsin/local';
import { sleep } from '@tocsin/platform';
import { replyTo } from '../harness/answers.ts';
import { type Harness, TURNS, withHarness } from '../harness/harness.ts';
import { pagedTimes, pages } from '../harness/pages.ts';

const ALERT = { action: 'trigger', dedup_key: 'db-17', severity: 'critical', title: 'db-17 unreachable' };
/** How long a part is away: long enough that requests time out, and answers are given meanwhile. */
const AWAY_MS = 5_000;

interface Part {
  part: string;
  away(h: Harness): Promise<void>;
  back(h: Harness): Promise<void>;
}

function service(part: string, name: Parameters<Tocsin['stopService']>[0]): Part {
  return { part, away: (h) => h.tocsin.stopService(name), back: (h) => h.tocsin.startService(name) };
}

const PARTS: Part[] = [
  service('the SMS notifier', 'sms'),
  service('the phone notifier', 'voice'),
  service('the roster', 'roster'),
  service('the incidents service', 'incidents'),
  {
    part: 'NATS',
    away: async (h) => h.engines.engines.nats?.kill(),
    back: async (h) => h.engines.engines.nats?.restart(),
  },
];

// Each is mostly waiting for its part to be away long enough, so they run side by side.
describe.each(TURNS)('$name', ({ turnAfterEvents }) => {
  test.concurrent.each(PARTS)(
    '$part away for 5 s in the middle of a page: the same people are paged, once',
    async ({ away, back }) => {
      await withHarness({ turnAfterEvents, layers: [['ada', 'ben'], ['cleo']] }, async (h) => {
        // Ben's pages are still under way when the part goes.
        for (const to of [h.phone('ben').number]) h.tocsin.carrier.fault({ to, do: { delayMs: 700 }, times: 2 });
        await h.post(ALERT);
        await h.until(() => h.requests('ada').length > 0, { what: 'the first request', everyMs: 5 });
        await away(h);
        await sleep(AWAY_MS);
        await back(h);
        await h.until(() => ['ada', 'ben'].every((one) => pages(h, one).length >= 2), {
          timeoutMs: 30_000,
          what: 'both to be paged on both channels',
        });
        for (const person of ['ada', 'ben']) expect(await replyTo(h.phone(person), 'reject')).toContain('noted');
        await h.until(() => pages(h, 'cleo').length >= 2, { what: 'the next layer' });
        expect(await replyTo(h.phone('cleo'), 'accept')).toContain('you have it');
        for (const person of ['ada', 'ben', 'cleo']) expect(await pagedTimes(h, person)).toBe('1/1');
        expect(h.requests('boss')).toEqual([]);
        expect((await h.incident()).incident).toMatchObject({ status: 'acknowledged', ownerPersonId: 'cleo' });
      });
    },
  );

  test.concurrent('the roster away while a layer begins: the layer waits for it, and its people are paged', async () => {
    await withHarness({ turnAfterEvents, layers: [['ada'], ['cleo']] }, async (h) => {
      await h.post(ALERT);
      await h.until(() => pages(h, 'ada').length === 2, { what: 'the first layer' });
      await h.tocsin.stopService('roster');
      await replyToWithoutRoster(h);
      await sleep(AWAY_MS);
      expect(h.requests('cleo')).toEqual([]);
      await h.tocsin.startService('roster');
      await h.until(() => pages(h, 'cleo').length === 2, { timeoutMs: 30_000, what: 'the next layer' });
      expect(await pagedTimes(h, 'cleo')).toBe('1/1');
      expect(h.requests('boss')).toEqual([]);
    });
  });
});

/** Whose number it is that texts, only the roster knows; the console needs nobody to know. */
async function replyToWithoutRoster(h: Harness): Promise<void> {
  await h.command({
    commandId: 'reject-1',
    incident: 'INC-1',
    byPersonId: 'ada',
    command: { case: 'reject', value: { reason: '' } },
  });
}
