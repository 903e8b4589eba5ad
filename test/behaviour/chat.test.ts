import { describe, expect } from '@jest/globals';
import type { ChatBehaviour, SlackPost } from '@tocsin/local/chat';
import { pressOn, replyTo } from '../harness/answers.ts';
import { type Harness, TURNS, withHarness } from '../harness/harness.ts';
import { memberOf } from '../harness/organisation.ts';
import { pagedTimes, pages } from '../harness/pages.ts';
import { sideBySide } from '../harness/side-by-side.ts';

const ALERT = { action: 'trigger', dedup_key: 'db-17', severity: 'critical', title: 'db-17 <unreachable> & alone' };
const people = ['ada', 'ben', 'boss'].map((id) => ({
  id,
  channels: ['sms', 'voice', 'chat'] as ('sms' | 'voice' | 'chat')[],
}));
const layers = [['ada', 'ben'], ['boss']];
const tocsin = { overrides: { chat: { providerTimeoutMs: 1_000 } } };

const FAULTS: { does: string; fault: ChatBehaviour }[] = [
  { does: 'hangs', fault: { do: 'hang' } },
  { does: 'answers 500', fault: { do: 'refuse', status: 500 } },
  { does: 'asks to be left alone', fault: { do: 'refuse', status: 429, retryAfterSeconds: 3_600 } },
];

const reads = (h: Harness, person: string) => h.tocsin.slack.readBy(memberOf(person));
const rings = (h: Harness, person: string) => h.phone(person).calls.some((call) => call.status === 'ringing');

/** Waits for the page of somebody, and returns it with the buttons that it has then. */
async function pageOf(h: Harness, person: string): Promise<SlackPost> {
  const find = () => h.tocsin.slack.posts.find((one) => one.to === `slack:local/${memberOf(person)}`);
  return h.until(find, { what: `${person} to be paged by chat` });
}

async function pagedByPhone(h: Harness, ...persons: string[]): Promise<void> {
  await h.until(() => persons.every((one) => rings(h, one) && pages(h, one, 'message').length === 1), {
    timeoutMs: 40_000,
    what: `${persons.join(' and ')} to be paged by SMS and phone`,
  });
}

async function has(h: Harness, personId: string): Promise<void> {
  await h.until(async () => (await h.incident()).incident.ownerPersonId === personId, {
    what: `${personId} to have it`,
  });
}

describe.each(TURNS)('$name', ({ turnAfterEvents }) => {
  const options = { turnAfterEvents, people, layers, tocsin };
  const byChat = sideBySide();

  byChat(
    'a page goes out by phone, SMS and chat at once; accepted in Slack, the rest falls silent and every message says so',
    () =>
      withHarness(options, async (h) => {
        await h.post(ALERT);
        await pagedByPhone(h, 'ada', 'ben');
        const page = await pageOf(h, 'ada');
        await pageOf(h, 'ben');
        expect(reads(h, 'ada')).toEqual(['*CRITICAL INC-1*\ndb-17 <unreachable> & alone\nAccept\nReject']);
        await h.tocsin.slack.answer(page, 'accept', memberOf('ada'));
        await has(h, 'ada');
        await h.until(() => !rings(h, 'ada') && !rings(h, 'ben'), { what: 'every call to stop ringing' });
        await h.until(() => ['ada', 'ben'].every((one) => reads(h, one)[0]?.endsWith('Ada has it.')), {
          what: 'both messages to say who has it',
        });
        await h.until(() => reads(h, 'ben').includes('*INC-1 is taken by Ada.*'), { what: 'ben to be told' });
        const { log } = await h.incident();
        expect(log.find((entry) => entry.kind === 'accepted')?.data).toMatchObject({ person: 'ada', channel: 'chat' });
        await h.command({
          commandId: 'c1',
          incident: 'INC-1',
          byPersonId: 'ada',
          command: { case: 'resolve', value: {} },
        });
        await h.until(() => ['ada', 'ben'].every((one) => reads(h, one)[0]?.endsWith('Over.')), {
          what: 'both messages to say that it is over',
        });
        expect(h.requests('boss')).toEqual([]);
      }),
  );

  byChat('rejected in Slack by everybody of a layer, the next layer is paged at once, by chat as well', () =>
    withHarness({ ...options, tryFor: '300s' }, async (h) => {
      await h.post(ALERT);
      for (const person of ['ada', 'ben'])
        await h.tocsin.slack.answer(await pageOf(h, person), 'reject', memberOf(person));
      await pagedByPhone(h, 'boss');
      await h.tocsin.slack.answer(await pageOf(h, 'boss'), 'accept', memberOf('boss'));
      await has(h, 'boss');
    }),
  );

  byChat('accepted by phone, the message in Slack says who has it, and a late press hears the same', () =>
    withHarness(options, async (h) => {
      await h.post(ALERT);
      const page = await pageOf(h, 'ben');
      const asItWas = { ...page };
      await pressOn(h.phone('ada'), '1');
      await h.until(() => reads(h, 'ben')[0]?.endsWith('Ada has it.'), { what: 'the message to say so' });
      await h.tocsin.slack.answer(asItWas, 'accept', memberOf('ben'));
      await h.until(async () => (await h.incident()).log.some((entry) => entry.kind === 'late-answer'), {
        what: 'the late answer to be on the timeline',
      });
      await has(h, 'ada');
      expect(reads(h, 'ben')[0]).toMatch(/Ada has it\.$/);
    }),
  );

  for (const { does, fault } of FAULTS) {
    byChat(`a Slack that ${does} costs only the chat, and only while it does`, () =>
      withHarness(options, async (h) => {
        const mend = h.tocsin.slack.fault(fault);
        await h.post(ALERT);
        await pagedByPhone(h, 'ada', 'ben');
        expect(await replyTo(h.phone('ada'), 'reject')).toContain('noted');
        expect(await replyTo(h.phone('ben'), 'accept')).toContain('you have it');
        await has(h, 'ben');
        await h.until(() => !rings(h, 'ada') && !rings(h, 'ben'), { what: 'every call to stop ringing' });
        expect(await pagedTimes(h, 'ada')).toBe('1/1');
        expect(await pagedTimes(h, 'ben')).toBe('1/1');
        mend();
        await h.command({
          commandId: 'c1',
          incident: 'INC-1',
          byPersonId: 'ben',
          command: { case: 'resolve', value: {} },
        });
        await h.until(async () => (await h.incident()).incident.status === 'closed', { what: 'the incident to close' });
      }),
    );
  }

  byChat('while nothing of ours serves chat, phones ring, fall silent at the answer, and the incident closes', () =>
    withHarness(options, async (h) => {
      await h.tocsin.stopService('chat');
      await h.post(ALERT);
      await pagedByPhone(h, 'ada', 'ben');
      expect(await replyTo(h.phone('ada'), 'accept')).toContain('you have it');
      await h.until(() => !rings(h, 'ada') && !rings(h, 'ben'), { what: 'every call to stop ringing' });
      await h.command({
        commandId: 'c1',
        incident: 'INC-1',
        byPersonId: 'ada',
        command: { case: 'resolve', value: {} },
      });
      await h.until(async () => (await h.incident()).incident.status === 'closed', { what: 'the incident to close' });
      await h.tocsin.startService('chat');
      // Withdrawn before it was sent: nobody is paged for what is over.
      await h.until(async () => (await h.db.collection('chatWithdrawals').countDocuments()) > 0, {
        what: 'the withdrawal to reach it',
      });
      expect(h.tocsin.slack.posts.filter((one) => /PAGE/.test(one.text))).toEqual([]);
    }),
  );
});
