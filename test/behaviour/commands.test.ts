import { afterEach, describe, expect, test } from '@jest/globals';
import { timestamp } from '@tocsin/platform';
import { TargetKind } from '@tocsin/proto/roster/v1';
import { pressOn, replyTo } from '../harness/answers.ts';
import { type Harness, type HarnessOptions, type LogLine, startHarness, TURNS } from '../harness/harness.ts';
import { pages } from '../harness/pages.ts';

let harness: Harness | undefined;
afterEach(async () => {
  const running = harness;
  harness = undefined;
  await running?.stop();
});

const ALERT = {
  action: 'trigger',
  dedup_key: 'db-17',
  severity: 'high',
  title: 'db-17 unreachable',
  group_key: 'rack-3',
};

describe.each(TURNS)('$name', ({ turnAfterEvents }) => {
  const start = async (options: HarnessOptions = {}): Promise<Harness> => {
    harness = await startHarness({ turnAfterEvents, ...options });
    return harness;
  };
  const paged = async (h: Harness, personId: string, times = 1) =>
    h.until(() => pages(h, personId).length === 2 * times, { what: `${personId} to be paged, time ${times}` });
  const acceptedBy = async (h: Harness, personId: string) => {
    expect(await replyTo(h.phone(personId), 'accept')).toContain('you have it');
    await h.until(async () => (await h.incident()).incident.ownerPersonId === personId, { what: 'the read model' });
  };

  test('reassigned: the new person is paged, the others hear nothing more, and the ladder follows', async () => {
    const h = await start({ tryFor: '3s' });
    await h.post(ALERT);
    await paged(h, 'ada');
    await h.command({
      commandId: 'reassign-1',
      incident: 'INC-1',
      byPersonId: 'boss',
      command: { case: 'reassign', value: { target: { kind: TargetKind.PERSON, id: 'dee' } } },
    });
    await paged(h, 'dee');
    await h.until(() => h.phone('ada').calls.every((call) => call.status !== 'ringing'), {
      what: 'ada’s call to stop',
    });
    // Dee does not answer: the policy's first layer is next.
    await paged(h, 'ada', 2);
    await acceptedBy(h, 'ada');
    expect(pages(h, 'dee')).toHaveLength(2);
    expect(h.requests('ben')).toEqual([]);
  });

  test('reassigned after the accept: the new person is asked, and has it once they say so', async () => {
    const h = await start();
    await h.post(ALERT);
    await acceptedBy(h, 'ada');
    await h.command({
      commandId: 'reassign-1',
      incident: 'INC-1',
      byPersonId: 'ada',
      command: { case: 'reassign', value: { target: { kind: TargetKind.PERSON, id: 'dee' } } },
    });
    expect((await pressOn(h.phone('dee'), '1')).toLowerCase()).toContain('you have it');
    await h.until(async () => (await h.incident()).incident.ownerPersonId === 'dee', { what: 'dee to have it' });
    expect(pages(h, 'ada')).toHaveLength(2);
  });

  test('snoozed: quiet until then, and then its owner is paged', async () => {
    const h = await start({ tryFor: '60s' });
    await h.post(ALERT);
    await acceptedBy(h, 'ada');
    const until = Date.now() + 3_000;
    await h.command({
      commandId: 'snooze-1',
      incident: 'INC-1',
      byPersonId: 'ada',
      command: { case: 'snooze', value: { until: timestamp(until) } },
    });
    await paged(h, 'ada', 2);
    for (const page of pages(h, 'ada').slice(2)) expect(page.receivedAt).toBeGreaterThanOrEqual(until);
    await acceptedBy(h, 'ada');
    for (const person of ['ben', 'cleo', 'boss']) expect(h.requests(person)).toEqual([]);
  });

  test('snoozed before anybody answered: nobody is paged until then, and then the ladder begins again', async () => {
    const h = await start({ tryFor: '2s' });
    await h.post(ALERT);
    await paged(h, 'ada');
    const until = Date.now() + 5_000;
    await h.command({
      commandId: 'snooze-1',
      incident: 'INC-1',
      byPersonId: 'boss',
      command: { case: 'snooze', value: { until: timestamp(until) } },
    });
    await paged(h, 'ada', 2);
    for (const page of pages(h, 'ada').slice(2)) expect(page.receivedAt).toBeGreaterThanOrEqual(until);
    // A layer's time went by twice in the quiet.
    expect(h.requests('ben').every((one) => one.receivedAt >= until)).toBe(true);
  });

  test('escalated: the next layer is paged at once', async () => {
    const h = await start();
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
  });

  test('noted: in the log by reference, and nobody is told', async () => {
    const h = await start();
    await h.post(ALERT);
    await acceptedBy(h, 'ada');
    const before = h.tocsin.carrier.record().length;
    const note = { case: 'note', value: { text: 'replaced the disk' } } as const;
    await h.command({ commandId: 'note-1', incident: 'INC-1', byPersonId: 'ada', command: note });
    const { log } = await h.incident();
    expect(log.filter((entry) => entry.kind === 'noted').map((entry) => entry.data.person)).toEqual(['ada']);
    expect(JSON.stringify(log)).not.toContain('replaced the disk');
    expect(h.tocsin.carrier.record()).toHaveLength(before);
  });

  test('accepted and not resolved in time: the owner is paged again, and the ladder follows', async () => {
    const h = await start({ tryFor: '3s', ackTimeout: '2s' });
    await h.post(ALERT);
    await acceptedBy(h, 'ada');
    await paged(h, 'ada', 2);
    await paged(h, 'ada', 3);
    await h.until(() => pages(h, 'ben').length === 2, { what: 'the layer after it' });
    const { log } = await h.incident();
    expect(kinds(log)).toEqual(expect.arrayContaining(['accepted', 'ack-timed-out']));
  });

  test('in an acknowledged incident, a new member and a higher severity tell its owner, and page nobody', async () => {
    const h = await start();
    await h.post(ALERT);
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
  });
});

function kinds(log: LogLine[]): string[] {
  return log.map((entry) => entry.kind);
}
