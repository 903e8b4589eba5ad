import { describe, expect, test } from '@jest/globals';
import { decisionOf, ladderView, type PersonAnswer } from '../src/index.ts';
import { Life, person, policyOf, START, type World } from './life.ts';
import { entriesOf } from './scripts.ts';

function lifeOf(over: Partial<World> = {}): Life {
  const resolve = (layer: number) => ({ people: [person(['ada', 'ben'][layer - 1] ?? 'boss')], gaps: [] });
  return new Life({ chance: () => 0.5, policy: policyOf(2), resolve, deliver: () => 'sent', ...over });
}
const summons = (id: string, personId = 'fay') =>
  ({ kind: 'summon', id, personId: 'ada', target: { kind: 'person', id: personId } }) as const;
const says = (personId: string, answer: PersonAnswer, escalationId = 'response') =>
  ({
    kind: 'answer',
    id: `${personId}-${answer}-${escalationId}`,
    answer,
    personId,
    escalationId,
    round: 1,
    layer: 1,
    channel: 'sms',
  }) as const;
const pages = (life: Life) => life.sent.filter((one) => one.key.kind === 'page').map((one) => one.key.contactMethodId);
const stateOf = (life: Life) => life.state.escalations.map(({ id, phase, ownerId }) => [id, phase, ownerId]);

describe('somebody who is added', () => {
  test('is paged on all channels at once, and the incident stays whose it is', () => {
    const life = lifeOf();
    life.at(3_000, says('ada', 'accept'));
    life.at(5_000, summons('s1'));
    life.at(9_000, says('fay', 'accept', 'support-1'));
    life.runUntil(20_000);
    expect(decisionOf(life.state, 's1')).toMatchObject({ outcome: 'done', reason: 'summoned' });
    expect(pages(life)).toEqual(['ada-sms', 'ada-voice', 'fay-sms', 'fay-voice']);
    expect(stateOf(life)).toEqual([
      ['response', 'answered', 'ada'],
      ['support-1', 'answered', 'fay'],
    ]);
    expect(life.state.status).toBe('acknowledged');
  });

  test('and accepts takes it from nobody, and answers for nobody: while it is open, paging goes on', () => {
    const life = lifeOf();
    life.at(2_000, summons('s1'));
    life.at(9_000, says('fay', 'accept', 'support-1'));
    life.runUntil(70_000);
    expect(life.state.status).toBe('open');
    expect(pages(life).slice(-2)).toEqual(['ben-sms', 'ben-voice']);
  });

  test('and does not answer is let be, and the owner hears of it', () => {
    const life = lifeOf();
    life.at(3_000, says('ada', 'accept'));
    life.at(5_000, summons('s1'));
    life.runUntil(600_000);
    expect(stateOf(life)[1]).toEqual(['support-1', 'ended', null]);
    expect(pages(life)).toEqual(['ada-sms', 'ada-voice', 'fay-sms', 'fay-voice']);
    expect(life.entries.filter((one) => one.kind === 'owner-told')).toMatchObject([
      { data: { person: 'ada', note: 'who was added did not answer' } },
    ]);
    expect(life.waits).toBe(false);
  });

  test.each<[string, PersonAnswer[]]>([
    ['rejects', ['reject']],
    ['accepts and hands back', ['accept', 'reject']],
    ['escalates', ['escalate']],
  ])('and %s ends it', (_, answers) => {
    const life = lifeOf();
    life.at(3_000, says('ada', 'accept'));
    life.at(5_000, summons('s1'));
    for (const [n, answer] of answers.entries()) life.at(9_000 + n * 1_000, says('fay', answer, 'support-1'));
    life.runUntil(600_000);
    expect(stateOf(life)).toEqual([
      ['response', 'answered', 'ada'],
      ['support-1', 'ended', null],
    ]);
    expect(pages(life)).toHaveLength(4);
    expect(life.entries.filter((one) => one.kind === 'summon-ended')).toHaveLength(1);
  });

  test('twice by the same command is added once; by two commands, twice', () => {
    const life = lifeOf();
    for (const id of ['s1', 's1', 's2']) life.at(5_000, summons(id, id));
    life.runUntil(9_000);
    expect(stateOf(life).map(([id]) => id)).toEqual(['response', 'support-1', 'support-2']);
  });

  test('hears once that it is over, though they were paged for two purposes', () => {
    const life = lifeOf();
    life.at(5_000, summons('s1', 'ada'));
    life.at(9_000, says('ben', 'resolve'));
    life.runUntil(20_000);
    expect(life.state.status).toBe('closed');
    expect(life.sent.filter((one) => one.key.kind === 'resolved').map((one) => one.key.contactMethodId)).toEqual([
      'ada-sms',
    ]);
  });

  test('is not added without end', () => {
    const life = lifeOf();
    for (let n = 1; n <= 21; n += 1) life.at(5_000, summons(`s${n}`, `p${n}`));
    life.runUntil(9_000);
    expect(life.state.escalations).toHaveLength(21);
    expect(decisionOf(life.state, 's21')).toMatchObject({ outcome: 'over', reason: 'too-many-added' });
  });
});

test('the ladder shows it beside the response, and the head says whose the incident is', () => {
  const life = lifeOf();
  life.at(3_000, says('ada', 'accept'));
  life.at(5_000, summons('s1'));
  life.at(9_000, says('fay', 'accept', 'support-1'));
  life.runUntil(20_000);
  const { head, escalations } = ladderView(entriesOf(life), life.now);
  expect(head).toMatchObject({ saying: 'has-it', ownerId: 'ada', since: START + 3_000 });
  expect(escalations.map((one) => [one.id, one.purpose])).toEqual([
    ['response', 'response'],
    ['support-1', 'support'],
  ]);
  expect(escalations[1]!.steps).toMatchObject([
    { ended: 'accepted', people: [{ personId: 'fay', state: 'accepted' }] },
  ]);
});

test('made again from its log, an incident goes on with those who were added', () => {
  const life = lifeOf();
  life.at(3_000, says('ada', 'accept'));
  life.at(4_000, summons('s1', 'fay'));
  life.at(5_000, summons('s2', 'gus'));
  life.at(9_000, says('gus', 'accept', 'support-2'));
  life.runUntil(20_000);
  life.lose();
  const again = life.state;
  expect(again.escalations).toMatchObject([
    { id: 'response', phase: 'answered', ownerId: 'ada' },
    { id: 'support-1', purpose: 'support', phase: 'resolving', round: 1, layer: 1 },
    { id: 'support-2', phase: 'answered', ownerId: 'gus' },
  ]);
  expect(again.status).toBe('acknowledged');
  life.runUntil(600_000);
  life.lose();
  const ended = life.state.escalations[1];
  expect(ended).toMatchObject({ id: 'support-1', phase: 'ended', ownerId: null });
});
