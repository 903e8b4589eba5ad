import { describe, expect, test } from '@jest/globals';
import type { RequestFault } from '@tocsin/local/carrier';
import { pressOn, replyTo } from '../harness/answers.ts';
import { TURNS, withHarness } from '../harness/harness.ts';
import { pagedTimes, pages } from '../harness/pages.ts';

const ALERT = { action: 'trigger', dedup_key: 'db-17', severity: 'critical', title: 'db-17 unreachable' };

const FAULTS: [string, RequestFault][] = [
  ['hangs', 'hang'],
  ['refuses', 'refuse-connection'],
  ['answers 500', { status: 500 }],
];
const layers = [['ada'], ['ben']];
const tocsin = { overrides: { sms: { providerTimeoutMs: 1_000 }, voice: { providerTimeoutMs: 1_000 } } };

// Most of their time is a provider's time-out, so they run side by side.
describe.each(TURNS)('$name', ({ turnAfterEvents }) => {
  test.concurrent.each(FAULTS)(
    'a phone provider that %s costs only the calls, and only while it does',
    async (_, fault) => {
      await withHarness({ turnAfterEvents, layers, tocsin }, async (h) => {
        const mend = h.tocsin.carrier.fault({ kind: 'call', do: fault });
        await h.post(ALERT);
        await replyTo(h.phone('ada'), 'reject');
        await h.until(() => pages(h, 'ben', 'message').length === 1, { what: 'the next layer by SMS' });
        expect([...h.requests('ada', 'call'), ...h.requests('ben', 'call')]).toEqual([]);
        mend();
        await h.until(() => h.phone('ben').calls.some((call) => call.status === 'ringing'), {
          timeoutMs: 40_000,
          what: 'ben to be called',
        });
        expect((await pressOn(h.phone('ben'), '1')).toLowerCase()).toContain('you have it');
        expect(await pagedTimes(h, 'ada')).toBe('1/0');
      });
    },
  );

  test.concurrent.each(FAULTS)(
    'an SMS provider that %s costs only the messages, and only while it does',
    async (_, fault) => {
      await withHarness({ turnAfterEvents, layers, tocsin }, async (h) => {
        const mend = h.tocsin.carrier.fault({ kind: 'message', do: fault });
        await h.post(ALERT);
        expect((await pressOn(h.phone('ada'), '2')).toLowerCase()).toContain('noted');
        await h.until(() => h.phone('ben').calls.some((call) => call.status === 'ringing'), { what: 'the next layer' });
        expect([...h.requests('ada', 'message'), ...h.requests('ben', 'message')]).toEqual([]);
        mend();
        await h.until(() => pages(h, 'ben', 'message').length > 0, { timeoutMs: 40_000, what: 'ben to get an SMS' });
        expect(await replyTo(h.phone('ben'), 'accept')).toContain('you have it');
        expect(pages(h, 'ada', 'message')).toEqual([]);
      });
    },
  );

  test.concurrent.each(FAULTS)('of two accounts one %s: the other delivers, once', async (_, fault) => {
    await withHarness({ turnAfterEvents, layers, tocsin }, async (h) => {
      const [first, second] = h.tocsin.accounts;
      h.tocsin.carrier.fault({ accountSid: first!.accountSid, do: fault });
      await h.post(ALERT);
      const ada = h.phone('ada');
      await h.until(() => pages(h, 'ada').length === 2, { what: 'the page on both channels' });
      expect(await replyTo(ada, 'accept')).toContain('you have it');
      for (const kind of ['message', 'call'] as const) {
        expect(pages(h, 'ada', kind).map((one) => one.from)).toEqual([second!.from]);
      }
      // What timed out may have arrived all the same; what was refused has not.
      const isMarked = /possible repeat/i.test(pages(h, 'ada', 'message')[0]?.body ?? '');
      if (fault === 'hang') expect(isMarked).toBe(true);
    });
  });
});
