import { describe, expect } from '@jest/globals';
import type { ServiceName } from '@tocsin/local';
import { sleep } from '@tocsin/platform';
import { replyTo } from '../harness/answers.ts';
import { type Harness, TURNS, withHarness } from '../harness/harness.ts';
import { pagedTimes, pages } from '../harness/pages.ts';
import { sideBySide } from '../harness/side-by-side.ts';

const ALERT = { action: 'trigger', dedup_key: 'db-17', severity: 'critical', title: 'db-17 unreachable' };
/** How long a part is away: requests time out meanwhile, and its clients lose their connections. */
const AWAY_MS = 5_000;

interface Part {
  part: string;
  away(h: Harness): Promise<void>;
  back(h: Harness): Promise<void>;
}

function service(part: string, name: ServiceName): Part {
  return { part, away: (h) => h.tocsin.stopService(name), back: (h) => h.tocsin.startService(name) };
}

const PARTS: Part[] = [
  service('the SMS notifier', 'sms'),
  service('the phone notifier', 'voice'),
  service('the roster', 'roster'),
  service('the incidents service', 'incidents'),
  { part: 'NATS', away: (h) => h.engines.engines.nats!.kill(), back: (h) => h.engines.engines.nats!.restart() },
];

describe.each(TURNS)('$name', ({ turnAfterEvents }) => {
  const withoutAPart = sideBySide();

  for (const { part, away, back } of PARTS) {
    withoutAPart(`${part} away for 5 s in the middle of a page: the same people are paged, once each`, () =>
      withHarness({ turnAfterEvents, layers: [['ada', 'ben'], ['cleo']] }, async (h) => {
        // Ben's page is under way when the part goes.
        h.tocsin.carrier.fault({ to: h.phone('ben').number, do: { delayMs: 700 }, times: 2 });
        await h.post(ALERT);
        await h.until(() => h.requests('ada').length > 0, { what: 'the first request', everyMs: 5 });
        await away(h);
        await sleep(AWAY_MS);
        await back(h);
        await h.until(() => ['ada', 'ben'].every((one) => pages(h, one).length >= 2), {
          timeoutMs: 30_000,
          what: 'both to be paged on both channels',
        });
        for (const person of ['ada', 'ben']) await replyTo(h.phone(person), 'reject');
        await h.until(() => pages(h, 'cleo').length >= 2, { what: 'the next layer' });
        await replyTo(h.phone('cleo'), 'accept');
        await h.until(async () => (await h.incident()).incident.ownerPersonId === 'cleo', { what: 'cleo to have it' });
        for (const person of ['ada', 'ben', 'cleo']) expect(await pagedTimes(h, person)).toBe('1/1');
        expect(h.requests('boss')).toEqual([]);
      }),
    );
  }

  withoutAPart('the roster away while a layer begins: the layer waits for it, and nobody is passed over', () =>
    withHarness({ turnAfterEvents, layers: [['ada'], ['cleo']] }, async (h) => {
      await h.post(ALERT);
      await h.until(() => pages(h, 'ada').length === 2, { what: 'the first layer' });
      await h.tocsin.stopService('roster');
      // By the console: whose phone it is that answers, only the roster knows.
      const reject = { case: 'reject', value: { reason: '' } } as const;
      await h.command({ commandId: 'reject-1', incident: 'INC-1', byPersonId: 'ada', command: reject });
      await sleep(AWAY_MS);
      expect(h.requests('cleo')).toEqual([]);
      await h.tocsin.startService('roster');
      await h.until(() => pages(h, 'cleo').length === 2, { timeoutMs: 30_000, what: 'the next layer' });
      expect(await pagedTimes(h, 'cleo')).toBe('1/1');
      expect(h.requests('boss')).toEqual([]);
    }),
  );
});
