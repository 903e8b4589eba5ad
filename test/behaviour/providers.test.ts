import { describe, expect } from '@jest/globals';
import type { RequestFault } from '@tocsin/local/carrier';
import { pressOn, replyTo } from '../harness/answers.ts';
import { TURNS, withHarness } from '../harness/harness.ts';
import { pagedTimes, pages } from '../harness/pages.ts';
import { sideBySide } from '../harness/side-by-side.ts';

const ALERT = { action: 'trigger', dedup_key: 'db-17', severity: 'critical', title: 'db-17 unreachable' };

const FAULTS: { does: string; fault: RequestFault }[] = [
  { does: 'hangs', fault: 'hang' },
  { does: 'refuses', fault: 'refuse-connection' },
  { does: 'answers 500', fault: { status: 500 } },
];
const layers = [['ada'], ['ben']];
const tocsin = { overrides: { sms: { providerTimeoutMs: 1_000 }, voice: { providerTimeoutMs: 1_000 } } };

describe.each(TURNS)('$name', ({ turnAfterEvents }) => {
  const options = { turnAfterEvents, layers, tocsin };
  const inTrouble = sideBySide();

  for (const { does, fault } of FAULTS) {
    inTrouble(`a phone provider that ${does} costs only the calls, and only while it does`, () =>
      withHarness(options, async (h) => {
        const mend = h.tocsin.carrier.fault({ kind: 'call', do: fault });
        await h.post(ALERT);
        await replyTo(h.phone('ada'), 'reject');
        await h.until(() => pages(h, 'ben', 'message').length === 1, { what: 'the next layer by SMS' });
        expect([...h.requests('ada', 'call'), ...h.requests('ben', 'call')]).toEqual([]);
        mend();
        expect((await pressOn(h.phone('ben'), '1')).toLowerCase()).toContain('you have it');
        expect(await pagedTimes(h, 'ada')).toBe('1/0');
      }),
    );

    inTrouble(`an SMS provider that ${does} costs only the messages, and only while it does`, () =>
      withHarness(options, async (h) => {
        const mend = h.tocsin.carrier.fault({ kind: 'message', do: fault });
        await h.post(ALERT);
        expect((await pressOn(h.phone('ada'), '2')).toLowerCase()).toContain('noted');
        await h.until(() => pages(h, 'ben', 'call').length === 1, { what: 'the next layer by phone' });
        expect([...h.requests('ada', 'message'), ...h.requests('ben', 'message')]).toEqual([]);
        mend();
        expect(await replyTo(h.phone('ben'), 'accept')).toContain('you have it');
        expect(await pagedTimes(h, 'ada')).toBe('0/1');
      }),
    );

    inTrouble(`of two accounts one ${does}: the other delivers, once`, () =>
      withHarness(options, async (h) => {
        const [first, second] = h.tocsin.accounts;
        h.tocsin.carrier.fault({ accountSid: first!.accountSid, do: fault });
        await h.post(ALERT);
        await h.until(() => pages(h, 'ada').length === 2, { what: 'the page on both channels' });
        expect(await replyTo(h.phone('ada'), 'accept')).toContain('you have it');
        for (const kind of ['message', 'call'] as const) {
          expect(pages(h, 'ada', kind).map((one) => one.from)).toEqual([second!.from]);
        }
        // What was cut off may have arrived all the same; what was answered with an error has not.
        const mayHaveArrived = typeof fault !== 'object';
        expect(/possible repeat/i.test(pages(h, 'ada', 'message')[0]?.body ?? '')).toBe(mayHaveArrived);
      }),
    );
  }
});
