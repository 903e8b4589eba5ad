import { describe, expect, test } from '@jest/globals';
import { type LadderEntry, ladderView, type PersonAnswer } from '../src/index.ts';
import { Life, person, policyOf, START, type World } from './life.ts';
import { entriesOf } from './scripts.ts';

const SECOND = 1_000;

/** An incident lived calmly: each effect takes 200 ms, nothing is lost. */
function lifeOf(over: Partial<World> = {}): Life {
  return new Life({
    chance: () => 0.5,
    policy: policyOf(2),
    resolve: (layer) => ({
      people: [[person('ada'), person('ben')], [person('cleo')]][layer - 1] ?? [person('boss')],
      gaps: [],
    }),
    deliver: () => 'sent',
    ...over,
  });
}

function answer(
  life: Life,
  at: number,
  personId: string,
  said: PersonAnswer,
  channel: 'sms' | 'console' = 'sms',
): void {
  const id = `${personId} ${said}`;
  life.at(at, { kind: 'answer', id, answer: said, personId, escalationId: 'response', round: 1, layer: 1, channel });
}

function logOf(life: Life): LadderEntry[] {
  return [
    { id: 'opened', kind: 'opened', at: START, data: { severity: 'critical', drill: false } },
    ...entriesOf(life),
  ];
}

function receipt(
  life: Life,
  notification: string,
  receipt: string,
  over: { at?: number; attempt?: number; providerId?: string; reason?: string } = {},
): LadderEntry {
  const { at = life.now, attempt = 1, providerId = 'SM1', reason = '' } = over;
  const data = { notification, receipt, provider: 'carrier-a', providerId, possibleRepeat: false, reason };
  return { id: `sms/${notification}/${attempt}/${receipt}`, kind: 'notification', at, data };
}

const idOf = (personId: string, channel = 'sms', layer = 1) =>
  `I/response/1/${layer}/${personId}/${personId}-${channel}/1/page`;

describe('an incident that is paged', () => {
  const life = lifeOf();
  life.runUntil(10 * SECOND);
  const ladder = ladderView(logOf(life), life.now);

  test('says so: whom, in which layer, until when', () => {
    expect(ladder.head).toMatchObject({
      saying: 'paging',
      severity: 'critical',
      ownerId: null,
      round: 1,
      layer: 1,
      paged: ['ada', 'ben'],
    });
    expect(ladder.head.until).toBeGreaterThan(START + 60 * SECOND);
  });

  test('shows each person of the layer with the reason, and each notification once', () => {
    const [step] = ladder.escalations[0]!.steps;
    expect(step).toMatchObject({ round: 1, layer: 1, reason: 'first-layer', endedAt: null, ended: '' });
    expect(
      step!.people.map(({ personId, because, state, notifications }) => [
        personId,
        because,
        state,
        notifications.map((one) => `${one.channel} ${one.state}`),
      ]),
    ).toEqual([
      ['ada', 'person ada', 'paged', ['sms planned', 'voice planned']],
      ['ben', 'person ben', 'paged', ['sms planned', 'voice planned']],
    ]);
  });
});

test('receipts move a notification: sent, delivered, failed; an attempt that a provider refused is shown and decides nothing', () => {
  const life = lifeOf();
  life.runUntil(10 * SECOND);
  const stateOf = (entries: LadderEntry[], id: string) =>
    ladderView(entries, life.now)
      .escalations[0]!.steps[0]!.people.flatMap((one) => one.notifications)
      .find((one) => one.id === id)!;
  const log = logOf(life);
  const refused = receipt(life, idOf('ada'), 'failed', { at: START + 400, providerId: '', reason: 'provider-error' });
  expect(stateOf([...log, refused], idOf('ada'))).toMatchObject({
    state: 'planned',
    attempts: [{ number: 1, reason: 'provider-error' }],
  });
  const taken = receipt(life, idOf('ada'), 'queued', { at: START + 500, attempt: 2 });
  expect(stateOf([...log, taken, refused], idOf('ada'))).toMatchObject({ state: 'sent', at: START + 500 });
  const lost = receipt(life, idOf('ada'), 'failed', { at: START + 900, attempt: 2, reason: 'unreachable-handset' });
  expect(stateOf([...log, lost, refused, taken], idOf('ada'))).toMatchObject({
    state: 'failed',
    reason: 'unreachable-handset',
  });
  const again = receipt(life, idOf('ada'), 'sent', { at: START + 1_200, attempt: 3 });
  expect(stateOf([...log, again, lost, taken], idOf('ada'))).toMatchObject({ state: 'sent', at: START + 1_200 });
  const arrived = receipt(life, idOf('ada', 'voice'), 'delivered', { at: START + 700 });
  expect(stateOf([arrived, ...log], idOf('ada', 'voice'))).toMatchObject({ state: 'delivered', at: START + 700 });
  const unsure = receipt(life, idOf('ben'), 'unknown', { at: START + 700 });
  expect(stateOf([...log, unsure], idOf('ben'))).toMatchObject({ state: 'unknown', reason: 'outcome-unknown' });
});

test('an accept is on the page that it answered; the others of the layer had no time to answer; those paged are told', () => {
  const life = lifeOf();
  answer(life, 5 * SECOND, 'ben', 'accept');
  life.runUntil(10 * SECOND);
  const { head, escalations } = ladderView([...logOf(life), receipt(life, idOf('ada'), 'sent')], life.now);
  expect(head).toMatchObject({ saying: 'has-it', ownerId: 'ben', since: START + 5 * SECOND, paged: [] });
  const [step] = escalations[0]!.steps;
  expect(step).toMatchObject({ ended: 'accepted', endedAt: START + 5 * SECOND });
  const [ada, ben] = step!.people;
  expect(ben).toMatchObject({
    state: 'accepted',
    notifications: [
      { state: 'answered', answer: 'accept' },
      { state: 'withdrawn', reason: 'accepted' },
    ],
  });
  expect(ada).toMatchObject({
    state: 'unanswered',
    reason: 'accepted',
    notifications: [{ state: 'sent' }, { state: 'withdrawn' }],
  });
  expect(escalations[0]!.news).toMatchObject([{ personId: 'ada', kind: 'taken', channel: 'sms' }]);
});

test('who rejected, and who is skipped in a later layer because of it', () => {
  const both = { people: [person('ada'), person('cleo')], gaps: ['schedule night'] };
  const life = lifeOf({ resolve: (layer) => (layer === 1 ? { people: [person('ada')], gaps: [] } : both) });
  answer(life, 5 * SECOND, 'ada', 'reject');
  life.runUntil(10 * SECOND);
  const layers = [{ escalationId: 'response', round: 1, layer: 2, people: both }];
  const { steps } = ladderView(logOf(life), life.now, { layers }).escalations[0]!;
  expect(steps[0]).toMatchObject({
    ended: 'nobody-can-answer',
    people: [
      {
        state: 'rejected',
        notifications: [
          { state: 'answered', answer: 'reject' },
          { state: 'withdrawn', reason: 'rejected' },
        ],
      },
    ],
  });
  expect(steps[1]).toMatchObject({
    layer: 2,
    gaps: ['schedule night'],
    people: [{ personId: 'cleo', state: 'paged' }],
    skipped: [{ personId: 'ada', because: 'person ada', reason: 'rejected-before' }],
  });
});

test('who is on call and can be reached by nothing is skipped, with the reason, also where the layer is empty for want of others', () => {
  const mute = { personId: 'mute', because: 'team t', reason: 'no-contact-method' };
  const resolve = (layer: number) => ({ people: layer === 1 ? [] : [person('cleo')], gaps: [], passedOver: [mute] });
  const life = lifeOf({ resolve });
  life.runUntil(10 * SECOND);
  const { steps } = ladderView(logOf(life), life.now).escalations[0]!;
  expect(steps).toMatchObject([
    { layer: 1, people: [], skipped: [mute], reason: 'nobody-on-call' },
    { layer: 2, people: [{ personId: 'cleo', state: 'paged' }], skipped: [mute] },
  ]);
});

test('nobody on call: the layer is there, empty, with the gap and the reason', () => {
  const life = lifeOf({
    resolve: (layer) => (layer === 1 ? { people: [], gaps: ['schedule s1'] } : { people: [person('cleo')], gaps: [] }),
  });
  life.runUntil(10 * SECOND);
  const { steps } = ladderView(logOf(life), life.now).escalations[0]!;
  expect(steps[0]).toMatchObject({
    people: [],
    gaps: ['schedule s1'],
    reason: 'nobody-on-call',
    ended: 'nobody-on-call',
  });
  expect(steps[1]).toMatchObject({ layer: 2, endedAt: null });
});

test('a refused address fails, and a person of whom all are refused is unreachable', () => {
  const life = lifeOf({ deliver: (key) => (key.personId === 'ada' ? 'refused' : 'sent') });
  life.runUntil(10 * SECOND);
  const [ada] = ladderView(logOf(life), life.now).escalations[0]!.steps[0]!.people;
  expect(ada).toMatchObject({
    state: 'unreachable',
    reason: 'every-contact-method-refused',
    notifications: [{ state: 'failed' }, { state: 'failed' }],
  });
});

test('a path that is shut: not sent, because', () => {
  const life = lifeOf({ deliver: (key) => (key.contactMethodId === 'ada-voice' ? 'pending' : 'sent') });
  life.runUntil(70 * SECOND);
  const { steps } = ladderView(logOf(life), life.now).escalations[0]!;
  const voice = steps[0]!.people[0]!.notifications.find((one) => one.channel === 'voice');
  expect(voice).toMatchObject({ state: 'not-sent', reason: 'time-is-up', waitedFor: 'pending' });
  const refused = receipt(life, voice!.id, 'failed', { providerId: '', reason: 'provider-error' });
  const again = ladderView([...logOf(life), refused], life.now).escalations[0]!.steps[0]!.people[0]!.notifications;
  expect(again.find((one) => one.id === voice!.id)).toMatchObject({ state: 'not-sent', reason: 'provider-error' });
});

test('what the rules still hold is ahead, and is gone once somebody has it', () => {
  const slow = person('ada');
  slow.high = [slow.high[0]!, { ...slow.high[1]!, delayMs: 20 * SECOND, repeats: 1, repeatEveryMs: 15 * SECOND }];
  const life = lifeOf({ resolve: () => ({ people: [slow], gaps: [] }) });
  life.runUntil(25 * SECOND);
  const layers = [{ escalationId: 'response', round: 1, layer: 1, people: { people: [slow], gaps: [] } }];
  const [ada] = ladderView(logOf(life), life.now, { layers }).escalations[0]!.steps[0]!.people;
  expect(ada!.notifications.map((one) => one.channel)).toEqual(['sms', 'voice']);
  expect(ada!.ahead).toMatchObject([{ channel: 'voice' }]);
  answer(life, 26 * SECOND, 'ada', 'accept');
  life.runUntil(30 * SECOND);
  expect(ladderView(logOf(life), life.now, { layers }).escalations[0]!.steps[0]!.people[0]!.ahead).toEqual([]);
});

test('handed back, closed: the head says it', () => {
  const life = lifeOf();
  answer(life, 5 * SECOND, 'ada', 'accept', 'console');
  answer(life, 20 * SECOND, 'ada', 'reject', 'console');
  life.runUntil(20 * SECOND + 50);
  expect(ladderView(logOf(life), life.now).head).toMatchObject({
    saying: 'waiting',
    ownerId: null,
    since: START + 20 * SECOND,
  });
  life.runUntil(30 * SECOND);
  const { head, escalations } = ladderView(logOf(life), life.now);
  expect(head).toMatchObject({ saying: 'paging', layer: 2, paged: ['cleo'] });
  expect(escalations[0]!.steps[0]!.people[0]).toMatchObject({ personId: 'ada', state: 'handed-back' });
  const closed = { id: 'closed', kind: 'closed', at: life.now, data: { by: 'cleo' } };
  const next = { at: life.now + 1, why: 'L2 trying ends' };
  const end = ladderView([...logOf(life), closed], life.now, { next });
  expect(end.head).toMatchObject({ saying: 'closed', closedBy: 'cleo', paged: [], since: life.now });
  expect(end.escalations[0]!.steps.at(-1)).toMatchObject({ ended: 'closed' });
  expect(end.next).toEqual(next);
});
