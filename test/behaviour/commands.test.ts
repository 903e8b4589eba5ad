import { describe, expect } from '@jest/globals';
import { timestamp } from '@tocsin/platform';
import { AnswerOutcome } from '@tocsin/proto/incident/v1';
import { TargetKind } from '@tocsin/proto/roster/v1';
import { pressOn, replyTo } from '../harness/answers.ts';
import { type Harness, TURNS, withHarness } from '../harness/harness.ts';
import { pages } from '../harness/pages.ts';
import { sideBySide } from '../harness/side-by-side.ts';

const ALERT = {
  action: 'trigger',
  dedup_key: 'db-17',
  severity: 'high',
  title: 'db-17 unreachable',
  group_key: 'rack-3',
};

/** Resolves when somebody is paged at or after an instant. Both channels where it is the first layer's, which has a minute. */
async function paged(h: Harness, personId: string, since = 0): Promise<void> {
  const times = since === 0 ? 2 : 1;
  await h.until(() => pages(h, personId).filter((one) => one.receivedAt >= since).length >= times, {
    what: `${personId} to be paged`,
  });
}

async function acceptedBy(h: Harness, personId: string): Promise<void> {
  await replyTo(h.phone(personId), 'accept');
  await h.until(async () => (await h.incident()).incident.ownerPersonId === personId, { what: 'the read model' });
}

/** The layers that have begun so far; 0: whom it was given to. */
async function layersStarted(h: Harness): Promise<string> {
  const { log } = await h.incident();
  return String(log.filter((entry) => entry.kind === 'layer-started').map((entry) => entry.data.layer));
}

/** Resolves with the instant at which it ends, once the workflow has decided on it. */
async function snooze(h: Harness, forMs: number): Promise<number> {
  const until = Date.now() + forMs;
  const { outcome } = await h.command({
    commandId: 'snooze-1',
    incident: 'INC-1',
    byPersonId: 'ada',
    command: { case: 'snooze', value: { until: timestamp(until) } },
  });
  expect(outcome).toBe(AnswerOutcome.DONE);
  return until;
}

// Most of them wait for a layer or a snooze to end.
describe.each(TURNS)('$name', ({ turnAfterEvents }) => {
  const given = sideBySide();

  given('reassigned: the new person is paged, the others hear nothing more, and the ladder follows', () =>
    withHarness({ turnAfterEvents, tryFor: '5s' }, async (h) => {
      await h.post(ALERT);
      await paged(h, 'ada', 1);
      const reassignedAt = Date.now();
      await h.command({
        commandId: 'reassign-1',
        incident: 'INC-1',
        byPersonId: 'boss',
        command: { case: 'reassign', value: { target: { kind: TargetKind.PERSON, id: 'dee' } } },
      });
      await paged(h, 'dee', reassignedAt);
      await h.until(() => h.phone('ada').calls.every((call) => call.status !== 'ringing'), {
        what: 'the first call to stop',
      });
      // Dee does not answer: the policy's first layer is next.
      await h.until(async () => (await layersStarted(h)).startsWith('1,0,1'), { what: 'the layer after the assigned' });
    }),
  );

  given('reassigned after the accept: the new person is asked, and has it once they say so', () =>
    withHarness({ turnAfterEvents }, async (h) => {
      await h.post(ALERT);
      await paged(h, 'ada');
      await acceptedBy(h, 'ada');
      await h.command({
        commandId: 'reassign-1',
        incident: 'INC-1',
        byPersonId: 'ada',
        command: { case: 'reassign', value: { target: { kind: TargetKind.PERSON, id: 'dee' } } },
      });
      await pressOn(h.phone('dee'), '1');
      await h.until(async () => (await h.incident()).incident.ownerPersonId === 'dee', { what: 'dee to have it' });
      expect(pages(h, 'ada')).toHaveLength(2);
    }),
  );

  given('snoozed: quiet until then, and then its owner is paged', () =>
    withHarness({ turnAfterEvents }, async (h) => {
      await h.post(ALERT);
      await paged(h, 'ada');
      await acceptedBy(h, 'ada');
      const until = await snooze(h, 4_000);
      await paged(h, 'ada', until);
      expect(pages(h, 'ada').filter((one) => one.receivedAt < until)).toHaveLength(2);
      await acceptedBy(h, 'ada');
      for (const person of ['ben', 'cleo', 'boss']) expect(h.requests(person)).toEqual([]);
    }),
  );

  given('snoozed before anybody answered: nobody is paged until then, and then the ladder begins again', () =>
    withHarness({ turnAfterEvents, tryFor: '4s' }, async (h) => {
      await h.post(ALERT);
      await paged(h, 'ada', 1);
      const until = await snooze(h, 8_000);
      const decidedAt = Date.now();
      await paged(h, 'ada', until);
      // The layer's time had ended in the quiet.
      const everybody = ['ada', 'ben', 'cleo', 'boss'].flatMap((person) => pages(h, person));
      expect(everybody.filter((one) => one.receivedAt > decidedAt && one.receivedAt < until)).toEqual([]);
    }),
  );

  given('escalated: the next layer is paged at once', () =>
    withHarness({ turnAfterEvents }, async (h) => {
      await h.post(ALERT);
      await paged(h, 'ada');
      const escalate = { case: 'escalate', value: {} } as const;
      await h.command({ commandId: 'escalate-1', incident: 'INC-1', byPersonId: 'ada', command: escalate });
      await paged(h, 'ben');
      await paged(h, 'cleo');
      // The same command again is the same command.
      await h.command({ commandId: 'escalate-1', incident: 'INC-1', byPersonId: 'ada', command: escalate });
      await acceptedBy(h, 'ben');
      expect(h.requests('boss')).toEqual([]);
    }),
  );

  given('noted: in the log by reference, and nobody is told', () =>
    withHarness({ turnAfterEvents }, async (h) => {
      await h.post(ALERT);
      await paged(h, 'ada');
      await acceptedBy(h, 'ada');
      const before = h.tocsin.carrier.record().length;
      const note = { case: 'note', value: { text: 'replaced the disk' } } as const;
      await h.command({ commandId: 'note-1', incident: 'INC-1', byPersonId: 'ada', command: note });
      const { log } = await h.incident();
      expect(log.filter((entry) => entry.kind === 'noted').map((entry) => entry.data.person)).toEqual(['ada']);
      expect(JSON.stringify(log)).not.toContain('replaced the disk');
      expect(h.tocsin.carrier.record()).toHaveLength(before);
    }),
  );

  given('accepted and not resolved in time: the owner is paged again, and the ladder follows', () =>
    withHarness({ turnAfterEvents, tryFor: '5s', ackTimeout: '2s' }, async (h) => {
      await h.post(ALERT);
      await paged(h, 'ada');
      await acceptedBy(h, 'ada');
      // Nobody answers: the policy's first layer is next.
      await h.until(async () => (await layersStarted(h)).startsWith('1,0,1'), { what: 'the layer after the owner' });
      const { log } = await h.incident();
      expect(log.map((entry) => entry.kind)).toContain('ack-timed-out');
      expect(log.filter((entry) => entry.kind === 'layer-started')[1]?.data.people).toEqual(['ada']);
    }),
  );

  given('in an acknowledged incident, a new member and a higher severity tell its owner, and page nobody', () =>
    withHarness({ turnAfterEvents }, async (h) => {
      await h.post(ALERT);
      await paged(h, 'ada');
      await acceptedBy(h, 'ada');
      const told = (what: string) => h.phone('ada').messages.some((one) => one.body.includes(what));
      await h.post({ ...ALERT, dedup_key: 'db-18' });
      await h.until(() => told('1 new member'), { what: 'the owner to hear of the new member' });
      await h.post({ ...ALERT, severity: 'critical' });
      await h.until(() => told('severity is now critical'), { what: 'the owner to hear of the severity' });
      await h.post([
        { ...ALERT, action: 'resolve' },
        { ...ALERT, dedup_key: 'db-18', action: 'resolve' },
      ]);
      await h.until(() => told('the source says resolved'), { what: 'the owner to hear of the end' });
      expect((await h.incident()).incident).toMatchObject({ status: 'acknowledged', members: 2, severity: 'critical' });
      expect(pages(h, 'ada')).toHaveLength(2);
      for (const person of ['ben', 'cleo', 'boss']) expect(h.requests(person)).toEqual([]);
    }),
  );
});
