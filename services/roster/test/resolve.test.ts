import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { millis, timestamp } from '@tocsin/platform';
import { Channel, TargetKind } from '@tocsin/proto/roster/v1';
import { createRoster } from '../src/index.ts';
import { type Harness, log, openHarness, organisation, person, schedule } from './harness.ts';

let h: Harness;
beforeAll(async () => {
  h = await openHarness();
  const rules = {
    high: [
      { contactMethodId: 'ada-sms', delayMs: 0, repeats: 0, repeatEveryMs: 0 },
      { contactMethodId: 'ada-voice', delayMs: 30_000, repeats: 2, repeatEveryMs: 60_000 },
    ],
    low: [],
  };
  const override = { id: 'swap', personId: 'cleo', from: '2026-01-07T18:00', until: '2026-01-08T06:00' };
  await h.apply(
    organisation({
      people: [person('ada', 101, { rules }), person('ben', 102), person('cleo', 103), mute],
      teams: [
        { id: 'secops', name: 'Security operations', memberIds: ['ada', 'ben'] },
        { id: 'empty', name: 'Empty', memberIds: [] },
      ],
      schedules: [schedule({ overrides: [override] }), schedule({ id: 'nobody', rotations: [] })],
    }),
  );
});
afterAll(() => h.close());

const mute = person('mute', 0, { contactMethods: [] });

const resolve = (at: string, ...targets: [keyof typeof TargetKind, string][]) =>
  h.asked.resolve({
    organisationId: 'acme',
    targets: targets.map(([kind, id]) => ({ kind: TargetKind[kind], id })),
    at: timestamp(Date.parse(at)),
  });
const who = async (at: string, ...targets: [keyof typeof TargetKind, string][]) => {
  const { people, gaps } = await resolve(at, ...targets);
  return [...people.map(({ personId, because }) => `${personId}: ${because}`), ...gaps.map((gap) => `gap: ${gap}`)];
};

describe('targets are resolved', () => {
  test('who is named and cannot be reached is passed over, with the reason', async () => {
    const { people, passedOver } = await resolve(
      '2026-01-06T12:00Z',
      ['PERSON', 'mute'],
      ['PERSON', 'ghost'],
      ['PERSON', 'ada'],
      ['PERSON', 'mute'],
    );
    expect(people.map((one) => one.personId)).toEqual(['ada']);
    expect(passedOver.map(({ personId, because, reason }) => [personId, because, reason])).toEqual([
      ['mute', 'person', 'no-contact-method'],
      ['ghost', 'person', 'person-unknown'],
    ]);
  });

  test.each<[string, string, [keyof typeof TargetKind, string][], string[]]>([
    ['to who is on call', '2026-01-06T12:00Z', [['SCHEDULE', 'primary']], ['ada: schedule primary, rotation weekly']],
    [
      'before a handoff',
      '2026-01-12T07:59:59.999Z',
      [['SCHEDULE', 'primary']],
      ['ada: schedule primary, rotation weekly'],
    ],
    ['after a handoff', '2026-01-12T08:00Z', [['SCHEDULE', 'primary']], ['ben: schedule primary, rotation weekly']],
    [
      'at the summer’s wall clock',
      '2026-07-06T07:00Z',
      [['SCHEDULE', 'primary']],
      ['ada: schedule primary, rotation weekly'],
    ],
    ['to an override', '2026-01-07T17:00Z', [['SCHEDULE', 'primary']], ['cleo: schedule primary, override swap']],
    ['to a team', '2026-01-06T12:00Z', [['TEAM', 'secops']], ['ada: team secops', 'ben: team secops']],
    [
      'to each person once, for the first reason',
      '2026-01-06T12:00Z',
      [
        ['PERSON', 'ben'],
        ['TEAM', 'secops'],
        ['SCHEDULE', 'primary'],
      ],
      ['ben: person', 'ada: team secops'],
    ],
    [
      'to gaps where nobody can be reached',
      '2026-01-06T12:00Z',
      [
        ['SCHEDULE', 'nobody'],
        ['TEAM', 'empty'],
        ['PERSON', 'ghost'],
        ['PERSON', 'mute'],
        ['SCHEDULE', 'gone'],
      ],
      ['gap: schedule nobody', 'gap: team empty', 'gap: person ghost', 'gap: person mute', 'gap: schedule gone'],
    ],
    ['to nobody where there is no target', '2026-01-06T12:00Z', [], []],
  ])('%s', async (_, at, targets, expected) => {
    expect(await who(at, ...targets)).toEqual(expected);
  });

  test('with the rules of both urgencies, and every contact method at once where a person wrote none', async () => {
    const { people } = await resolve('2026-01-06T12:00Z', ['PERSON', 'ada']);
    const rules = (list: { contactMethodId: string; channel: Channel; delayMs: number; repeats: number }[]) =>
      list.map(({ contactMethodId, channel, delayMs, repeats }) => [
        contactMethodId,
        Channel[channel],
        delayMs,
        repeats,
      ]);
    expect(rules(people[0]!.high)).toEqual([
      ['ada-sms', 'SMS', 0, 0],
      ['ada-voice', 'VOICE', 30_000, 2],
    ]);
    expect(rules(people[0]!.low)).toEqual([
      ['ada-sms', 'SMS', 0, 0],
      ['ada-voice', 'VOICE', 0, 0],
    ]);
  });
});

describe('an escalation begins', () => {
  test('with its policy, all layers and the catch-all in one answer', async () => {
    const answer = await h.begin('main', '2026-01-13T12:00Z');
    expect(answer).toMatchObject({ reason: 'named', policy: { id: 'main', rounds: 2, catchAllEveryMs: 300_000n } });
    expect(answer.layers.map(({ people }) => people.map(({ personId }) => personId))).toEqual([
      ['ben'],
      ['ada', 'ben'],
    ]);
    expect(answer.catchAll!.people.map(({ personId }) => personId)).toEqual(['cleo']);
  });

  test.each([
    ['', 'default'],
    ['gone', 'unknown policy gone, default used'],
  ])('with the default policy where it is asked for %p', async (policyId, reason) => {
    expect(await h.begin(policyId, '2026-01-13T12:00Z')).toMatchObject({ reason, policy: { id: 'main' } });
  });

  test('never for an organisation that nobody applied, and never without an instant', async () => {
    await expect(h.begin('main', '2026-01-13T12:00Z', 'nobody')).rejects.toMatchObject({
      code: 'organisation-unknown',
    });
    await expect(h.asked.begin({ organisationId: 'acme' })).rejects.toMatchObject({ field: 'at' });
  });

  test('with what another replica applied', async () => {
    const replica = createRoster(h.config, { log });
    await replica.start();
    try {
      const changed = organisation({ policies: [{ ...organisation().policies[0]!, rounds: 7 }] });
      await h.apply({ ...changed, organisation: { id: 'acme', name: 'Acme', defaultPolicyId: 'main' } });
      const rounds = await Promise.all(
        Array.from({ length: 40 }, async () => (await h.begin('main', '2026-01-13T12:00Z')).policy!.rounds),
      );
      expect(new Set(rounds)).toEqual(new Set([7]));
    } finally {
      await replica.stop();
    }
  });
});

describe('shifts', () => {
  const shifts = (from: string, until: string, scheduleId = 'primary') =>
    h.asked.shifts({
      organisationId: 'acme',
      scheduleId,
      from: timestamp(Date.parse(from)),
      until: timestamp(Date.parse(until)),
    });

  test('are told whole, in order, with their source', async () => {
    await h.apply(
      organisation({
        schedules: [
          schedule({
            overrides: [{ id: 'swap', personId: 'cleo', from: '2026-01-07T18:00', until: '2026-01-08T06:00+01:00' }],
          }),
        ],
      }),
    );
    const { shifts: told } = await shifts('2026-01-06T00:00Z', '2026-01-13T00:00Z');
    const iso = (time: Parameters<typeof millis>[0]) => new Date(millis(time)!).toISOString().slice(0, 16);
    expect(told.map((one) => [one.personId, iso(one.startsAt), iso(one.endsAt), one.source])).toEqual([
      ['ada', '2026-01-05T08:00', '2026-01-07T17:00', 'rotation weekly'],
      ['cleo', '2026-01-07T17:00', '2026-01-08T05:00', 'override swap'],
      ['ada', '2026-01-08T05:00', '2026-01-12T08:00', 'rotation weekly'],
      ['ben', '2026-01-12T08:00', '2026-01-19T08:00', 'rotation weekly'],
    ]);
  });

  test('come with the gaps between them, as far as was asked for', async () => {
    const weekdays = { days: ['mon' as const, 'tue' as const], from: '08:00', until: '18:00' };
    const office = schedule().rotations.map((one) => ({ ...one, restrictions: [weekdays] }));
    const override = { id: 'late', personId: 'cleo', from: '2026-01-06T18:00', until: '2026-01-06T22:00' };
    await h.apply(organisation({ schedules: [schedule({ rotations: office, overrides: [override] })] }));
    const { gaps } = await shifts('2026-01-06T00:00+01:00', '2026-01-08T00:00+01:00');
    const iso = (time: Parameters<typeof millis>[0]) => new Date(millis(time)!).toISOString().slice(0, 16);
    expect(gaps.map((one) => [iso(one.startsAt), iso(one.endsAt)])).toEqual([
      ['2026-01-05T23:00', '2026-01-06T07:00'],
      ['2026-01-06T21:00', '2026-01-07T23:00'],
    ]);
  });

  test('are asked for at most 400 days, of a schedule that there is', async () => {
    await expect(shifts('2026-01-01T00:00Z', '2027-03-01T00:00Z')).rejects.toMatchObject({ field: 'until' });
    await expect(shifts('2026-01-02T00:00Z', '2026-01-01T00:00Z')).rejects.toMatchObject({ field: 'until' });
    await expect(shifts('2026-01-01T00:00Z', '2026-01-02T00:00Z', 'x')).rejects.toMatchObject({ field: 'schedule_id' });
  });
});
