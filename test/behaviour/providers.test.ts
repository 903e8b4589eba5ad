import { describe, expect } from '@jest/globals';
import type { RequestFault } from '@tocsin/local/carrier';
import { pressOn, replyTo } from '../harness/answers.ts';
import { type Harness, TURNS, withHarness } from '../harness/harness.ts';
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

async function has(h: Harness, personId: string): Promise<void> {
  await h.until(async () => (await h.incident()).incident.ownerPersonId === personId, {
    what: `${personId} to have it`,
  });
}

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
        await pressOn(h.phone('ben'), '1');
        await has(h, 'ben');
        expect(await pagedTimes(h, 'ada')).toBe('1/0');
      }),
    );

    inTrouble(`an SMS provider that ${does} costs only the messages, and only while it does`, () =>
      withHarness(options, async (h) => {
        const mend = h.tocsin.carrier.fault({ kind: 'message', do: fault });
        await h.post(ALERT);
        await pressOn(h.phone('ada'), '2');
        await h.until(() => pages(h, 'ben', 'call').length === 1, { what: 'the next layer by phone' });
        expect([...h.requests('ada', 'message'), ...h.requests('ben', 'message')]).toEqual([]);
        mend();
        await replyTo(h.phone('ben'), 'accept');
        await has(h, 'ben');
        expect(await pagedTimes(h, 'ada')).toBe('0/1');
      }),
    );

    inTrouble(`of two accounts one ${does}: the other delivers, once`, () =>
      withHarness(options, async (h) => {
        const [first, second] = h.tocsin.accounts;
        h.tocsin.carrier.fault({ accountSid: first!.accountSid, do: fault });
        await h.post(ALERT);
        await h.until(() => pages(h, 'ada').length === 2, { timeoutMs: 40_000, what: 'both pages' });
        await replyTo(h.phone('ada'), 'accept');
        await has(h, 'ada');
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
