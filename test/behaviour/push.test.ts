import { describe, expect } from '@jest/globals';
import type { ChatBehaviour } from '@tocsin/local/chat';
import { pressOn, replyTo } from '../harness/answers.ts';
import { type Harness, TURNS, withHarness } from '../harness/harness.ts';
import type { TestChannel } from '../harness/organisation.ts';
import { pagedTimes, pages } from '../harness/pages.ts';
import { sideBySide } from '../harness/side-by-side.ts';

const ALERT = { action: 'trigger', dedup_key: 'db-17', severity: 'critical', title: 'db-17 <unreachable> & alone' };
const channels: TestChannel[] = ['sms', 'voice', 'push'];
const people = ['ada', 'ben', 'boss'].map((id) => ({ id, channels }));
const layers = [['ada', 'ben'], ['boss']];
const tocsin = { overrides: { push: { providerTimeoutMs: 1_000 } } };

const FAULTS: { does: string; fault: ChatBehaviour }[] = [
  { does: 'hangs', fault: { do: 'hang' } },
  { does: 'answers 500', fault: { do: 'refuse', status: 500 } },
  { does: 'asks to be left alone', fault: { do: 'refuse', status: 429, retryAfterSeconds: 3_600 } },
];

/** What is on somebody's screen. */
const screen = (h: Harness, person: string) =>
  h.tocsin.push.device(person).shown.map(({ title, look }) => `${title}: ${look.body}`);
const asks = (h: Harness, person: string) =>
  h.tocsin.push.device(person).shown.some(({ look }) => look.actions.length > 0);
const rings = (h: Harness, person: string) => h.phone(person).calls.some((call) => call.status === 'ringing');

async function pagedByPush(h: Harness, ...persons: string[]): Promise<void> {
  await h.until(() => persons.every((one) => asks(h, one)), { what: `${persons.join(' and ')} to be paged by push` });
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

const resolve = (h: Harness, byPersonId: string) =>
  h.command({ commandId: 'c1', incident: 'INC-1', byPersonId, command: { case: 'resolve', value: {} } });

describe.each(TURNS)('$name', ({ turnAfterEvents }) => {
  const options = { turnAfterEvents, people, layers, tocsin };
  const byPush = sideBySide();

  byPush(
    'a page goes out by phone, SMS and push at once; accepted on the screen, the rest falls silent and every screen says so',
    () =>
      withHarness(options, async (h) => {
        await h.post(ALERT);
        await pagedByPhone(h, 'ada', 'ben');
        await pagedByPush(h, 'ada', 'ben');
        expect(screen(h, 'ada')).toEqual(['CRITICAL INC-1: db-17 <unreachable> & alone']);
        await h.tocsin.push.answer('ada', 'INC-1', 'accept');
        await has(h, 'ada');
        await h.until(() => !rings(h, 'ada') && !rings(h, 'ben'), { what: 'every call to stop ringing' });
        await h.until(() => !asks(h, 'ben') && screen(h, 'ben')[0]?.includes('Ada'), {
          what: 'ben’s screen to say who has it',
        });
        const { log } = await h.incident();
        expect(log.find((entry) => entry.kind === 'accepted')?.data).toMatchObject({ person: 'ada', channel: 'push' });
        await h.until(
          async () =>
            (await h.incident()).log.some(
              ({ kind, data }) => kind === 'notification' && data.channel === 'push' && data.receipt === 'delivered',
            ),
          { what: 'the timeline to say that it was on the screen' },
        );
        await resolve(h, 'ada');
        await h.until(() => ['ada', 'ben'].every((one) => /resolved|Over/.test(screen(h, one)[0] ?? '')), {
          what: 'both screens to say that it is over',
        });
        expect(h.requests('boss')).toEqual([]);
        expect(screen(h, 'boss')).toEqual([]);
      }),
  );

  byPush('rejected on the screen by everybody of a layer, the next layer is paged at once, by push as well', () =>
    withHarness({ ...options, tryFor: '300s' }, async (h) => {
      await h.post(ALERT);
      await pagedByPush(h, 'ada', 'ben');
      for (const person of ['ada', 'ben']) await h.tocsin.push.answer(person, 'INC-1', 'reject');
      await pagedByPhone(h, 'boss');
      await pagedByPush(h, 'boss');
      await h.tocsin.push.answer('boss', 'INC-1', 'accept');
      await has(h, 'boss');
    }),
  );

  byPush('accepted by phone, the screen says who has it, and a late press hears the same', () =>
    withHarness(options, async (h) => {
      await h.post(ALERT);
      await pagedByPush(h, 'ben');
      const { token } = h.tocsin.push.pushes.find(({ device }) => device === 'ben')!.message;
      await pressOn(h.phone('ada'), '1');
      await h.until(() => !asks(h, 'ben'), { what: 'the screen to say so' });
      const gateway = `http://127.0.0.1:${h.tocsin.ports.gateway}`;
      const late = async () => {
        const response = await fetch(`${gateway}/api/v1/push/answers`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', origin: gateway },
          body: JSON.stringify({ token, answer: 'accept' }),
        });
        return (await response.json()) as { outcome: string };
      };
      // On a machine that is busy it may only be noted at first; pressed again, the same answer hears what came of it.
      const heard = await h.until(
        async () => {
          const said = await late();
          return said.outcome !== 'noted' && said;
        },
        { what: 'the late answer to be decided' },
      );
      expect(heard).toEqual({ incident: 'INC-1', outcome: 'taken', says: 'Ada has it' });
      await has(h, 'ada');
    }),
  );

  byPush('a browser that is not there any more is refused; its owner is paged every other way, and sees it', () =>
    withHarness(options, async (h) => {
      h.tocsin.push.unsubscribe('ada');
      await h.post(ALERT);
      await pagedByPhone(h, 'ada', 'ben');
      await pagedByPush(h, 'ben');
      await h.until(async () => (await h.incident()).log.some(({ data }) => data.reason === 'subscription-expired'), {
        what: 'the timeline to say why',
      });
      const people = () => h.db.collection('rosterPeople').findOne({ id: 'ada' });
      await h.until(async () => (await people())?.contactMethods.some((one: { goneAt?: Date }) => one.goneAt), {
        what: 'the contact method to be marked',
      });
      expect(await replyTo(h.phone('ada'), 'accept')).toContain('you have it');
      await resolve(h, 'ada');
      await h.until(async () => (await h.incident()).incident.status === 'closed', { what: 'the incident to close' });
      await h.post({ ...ALERT, dedup_key: 'db-18' });
      await h.until(() => screen(h, 'ben').includes('CRITICAL INC-2: db-17 <unreachable> & alone'), {
        what: 'ben to be paged again',
      });
      const planned = (await h.incident('INC-2')).log.filter(({ kind }) => kind === 'page-planned');
      expect(JSON.stringify(planned)).not.toContain('ada-push-1');
    }),
  );

  for (const { does, fault } of FAULTS) {
    byPush(`a push service that ${does} costs only the push, and only while it does`, () =>
      withHarness(options, async (h) => {
        const mend = h.tocsin.push.fault(fault);
        await h.post(ALERT);
        await pagedByPhone(h, 'ada', 'ben');
        expect(await replyTo(h.phone('ada'), 'reject')).toContain('noted');
        expect(await replyTo(h.phone('ben'), 'accept')).toContain('you have it');
        await has(h, 'ben');
        await h.until(() => !rings(h, 'ada') && !rings(h, 'ben'), { what: 'every call to stop ringing' });
        expect(await pagedTimes(h, 'ada')).toBe('1/1');
        expect(await pagedTimes(h, 'ben')).toBe('1/1');
        mend();
        await resolve(h, 'ben');
        await h.until(async () => (await h.incident()).incident.status === 'closed', { what: 'the incident to close' });
      }),
    );
  }

  byPush('while nothing of ours serves push, phones ring, fall silent at the answer, and the incident closes', () =>
    withHarness(options, async (h) => {
      await h.tocsin.stopService('push');
      await h.post(ALERT);
      await pagedByPhone(h, 'ada', 'ben');
      expect(await replyTo(h.phone('ada'), 'accept')).toContain('you have it');
      await h.until(() => !rings(h, 'ada') && !rings(h, 'ben'), { what: 'every call to stop ringing' });
      await resolve(h, 'ada');
      await h.until(async () => (await h.incident()).incident.status === 'closed', { what: 'the incident to close' });
      await h.tocsin.startService('push');
      // Withdrawn before it was sent: nobody is paged for what is over.
      await h.until(async () => (await h.db.collection('pushWithdrawals').countDocuments()) > 0, {
        what: 'the withdrawal to reach it',
      });
      expect(h.tocsin.push.pushes.filter(({ message }) => message.kind === 'page')).toEqual([]);
    }),
  );
});
