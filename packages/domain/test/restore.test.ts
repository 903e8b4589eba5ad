import { expect, test } from '@jest/globals';
import type { Policy, ResolvedLayer } from '../src/index.ts';
import { Life, person, policyOf } from './life.ts';

const layers: Record<number, ResolvedLayer> = {
  1: { people: [person('ada')], gaps: [] },
  2: { people: [person('ben'), person('cleo')], gaps: [] },
};
const boss: ResolvedLayer = { people: [person('boss')], gaps: [] };

/** Layers of a minute each, and a boss. */
function lifeOf(options: { policy?: Partial<Policy>; resolve?: (layer: number) => ResolvedLayer | null } = {}): Life {
  const policy = policyOf(2, options.policy);
  const resolve = options.resolve ?? ((layer: number) => layers[layer] ?? boss);
  return new Life({ chance: () => 0.5, policy, resolve, deliver: () => 'sent' });
}

const says = (personId: string, answer: 'accept' | 'reject' | 'resolve' | 'escalate') =>
  ({
    kind: 'answer',
    id: `${personId}-${answer}`,
    answer,
    personId,
    escalationId: 'response',
    round: 1,
    layer: 1,
    channel: 'sms',
  }) as const;
const pagesOf = (life: Life) => life.sent.filter((one) => one.key.kind === 'page').map((one) => one.key.personId);
const newsOf = (life: Life, kind: string) =>
  life.sent.filter((one) => one.key.kind === kind).map((one) => one.key.contactMethodId);
const kinds = (life: Life) => life.entries.map((entry) => entry.kind);

test('the layer that was running is taken up, says so, and nobody of it is paged twice', () => {
  const life = lifeOf();
  life.runUntil(70_000);
  life.lose();
  life.runUntil(110_000);
  expect(pagesOf(life)).toEqual(['ada', 'ada', 'ben', 'cleo', 'ben', 'cleo']);
  expect(life.entries.find((entry) => entry.kind === 'resumed')?.data).toMatchObject({
    round: 1,
    layer: 2,
    reason: 'workflow-was-lost',
  });
  life.runUntil(150_000);
  expect(pagesOf(life).slice(6)).toEqual(['boss', 'boss']);
});

test('nothing of the log was taken: whoever was paged is paged again when their layer comes, and hears who has it', () => {
  const life = lifeOf();
  life.runUntil(70_000);
  life.lose(0);
  life.runUntil(100_000);
  // The first layer was found sent; the second has its turn in a round of its own.
  expect(pagesOf(life)).toEqual(['ada', 'ada', 'ben', 'cleo', 'ben', 'cleo']);
  life.runUntil(140_000);
  expect(life.sent.slice(6).map((one) => one.key.round)).toEqual([2, 2, 2, 2]);
  life.at(141_000, says('ada', 'accept'));
  life.runUntil(145_000);
  expect(newsOf(life, 'taken')).toEqual(['ben-sms', 'cleo-sms']);
});

test('an accept that no log tells of stands, and everybody else is told', () => {
  const life = lifeOf();
  life.at(70_000, says('ben', 'accept'));
  life.runUntil(70_010);
  life.lose(0);
  life.runUntil(600_000);
  expect(life.state).toMatchObject({ status: 'acknowledged' });
  expect(life.state.escalations[0]).toMatchObject({ ownerId: 'ben', policy: { id: 'policy' } });
  expect(pagesOf(life)).toEqual(['ada', 'ada', 'ben', 'cleo', 'ben', 'cleo']);
  // Twice where it had been told before: nobody can know that.
  expect(new Set(newsOf(life, 'taken'))).toEqual(new Set(['ada-sms', 'cleo-sms']));
});

test('the news of an accept that was cut off come under the same keys, and once', () => {
  const life = lifeOf();
  life.at(70_000, says('ben', 'accept'));
  life.runUntil(71_000);
  life.lose();
  life.runUntil(80_000);
  expect(newsOf(life, 'taken').sort()).toEqual(['ada-sms', 'cleo-sms']);
  expect(life.withdrawals.at(-1)).toMatchObject({ personId: null, throughRound: 1, channels: ['sms', 'voice'] });
});

test('a resolve that was decided is carried out', () => {
  const life = lifeOf();
  life.at(5_000, says('ada', 'resolve'));
  life.runUntil(5_000);
  life.lose();
  life.runUntil(10_000);
  expect(life.state.status).toBe('closed');
  expect(new Set(pagesOf(life))).toEqual(new Set(['ada']));
});

test('who handed the incident back does not own it again: the next layer is paged', () => {
  const life = lifeOf();
  life.at(2_000, says('ada', 'accept'));
  life.at(4_000, says('ada', 'reject'));
  life.runUntil(4_000);
  const last = life.entries.findIndex((entry) => entry.kind === 'rejected');
  life.lose(last < 0 ? undefined : last + 1);
  life.runUntil(10_000);
  expect(life.state.status).toBe('open');
  expect(pagesOf(life).slice(2)).toEqual(['ben', 'cleo', 'ben', 'cleo']);
});

test('a member that joined while no workflow ran is told to the owner', () => {
  const life = lifeOf();
  life.at(2_000, says('ada', 'accept'));
  life.runUntil(5_000);
  life.hears({ version: 4, members: 3, firing: 3, severity: 'critical' });
  life.lose();
  life.runUntil(8_000);
  expect(life.entries.filter((entry) => entry.kind === 'owner-told').map((entry) => entry.data.note)).toEqual([
    '2 new members',
  ]);
  expect(newsOf(life, 'update')).toEqual(['ada-sms']);
});

test('a source that resolved while no workflow ran closes the incident, and nobody else is paged', () => {
  const life = lifeOf();
  life.runUntil(5_000);
  life.hears({ version: 2, members: 1, firing: 0, severity: 'critical' });
  life.lose();
  life.runUntil(200_000);
  expect(life.state.status).toBe('closed');
  expect(new Set(pagesOf(life))).toEqual(new Set(['ada']));
});

test('lost in its last pass, an escalation does not begin its passes anew: the catch-all is next', () => {
  const life = lifeOf({ policy: { rounds: 2 } });
  life.runUntil(200_000);
  const passes = () => life.entries.filter((entry) => entry.kind === 'layer-started').map((entry) => entry.data.pass);
  expect(passes()).toEqual([1, 1, 2, 2]);
  life.lose();
  life.runUntil(270_000);
  expect(pagesOf(life).slice(-2)).toEqual(['boss', 'boss']);
});

test('who rejected in this pass is passed over in its later layers', () => {
  const life = lifeOf({
    resolve: (layer) => (layer === 3 ? boss : { people: [person('ada'), person('ben')], gaps: [] }),
  });
  life.at(5_000, says('ada', 'reject'));
  life.runUntil(10_000);
  life.lose();
  life.runUntil(80_000);
  const later = life.sent.filter((one) => one.key.kind === 'page' && one.key.layer === 2);
  expect(new Set(later.map((one) => one.key.personId))).toEqual(new Set(['ben']));
});

test('the roster is silent after the loss: the people resolved at the start are paged', () => {
  let isSilent = false;
  const life = lifeOf({ resolve: (layer) => (isSilent ? null : (layers[layer] ?? boss)) });
  life.runUntil(10_000);
  isSilent = true;
  life.lose();
  life.runUntil(110_000);
  expect(new Set(pagesOf(life))).toEqual(new Set(['ada', 'ben', 'cleo']));
});

test('a phone that rang by rules which the person has changed since is withdrawn as well', () => {
  let changed = false;
  const life = lifeOf({
    resolve: (layer) => ({ people: [person('ada', [changed && layer > 1 ? 'voice' : 'sms'])], gaps: [] }),
  });
  life.runUntil(30_000);
  changed = true;
  life.at(70_000, says('ada', 'accept'));
  life.runUntil(75_000);
  expect(life.withdrawals.at(-1)).toMatchObject({ personId: null, channels: ['sms', 'voice'] });
});

test('a log of the version before, which tells less, is taken up at its layer, and whoever it names hears of it', () => {
  const life = lifeOf();
  life.runUntil(70_000);
  life.layers.splice(0);
  for (const entry of life.entries) {
    for (const field of ['pass', 'severity', 'members', 'note']) delete entry.data[field];
  }
  life.lose();
  life.runUntil(75_000);
  expect(life.state.escalations[0]).toMatchObject({ round: 1, layer: 2, phase: 'trying' });
  expect(pagesOf(life)).toHaveLength(6);
  life.at(76_000, says('ben', 'accept'));
  life.runUntil(80_000);
  expect(newsOf(life, 'taken').sort()).toEqual(['ada-sms', 'cleo-sms']);
  expect(kinds(life)).not.toContain('severity-raised');
});

test('who was added is taken up too: paged once, and their accept stands in the next life', () => {
  const life = lifeOf();
  life.at(2_000, { ...says('ada', 'accept') });
  life.at(10_000, { kind: 'summon', id: 's1', personId: 'ada', target: { kind: 'person', id: 'fay' } });
  life.runUntil(15_000);
  life.lose();
  life.runUntil(20_000);
  expect(life.sent.filter((one) => one.key.escalationId === 'support-1').map((one) => one.key.contactMethodId)).toEqual(
    ['fay-sms', 'fay-voice'],
  );
  life.at(21_000, { ...says('fay', 'accept'), escalationId: 'support-1' });
  life.runUntil(22_000);
  life.lose();
  life.runUntil(600_000);
  expect(life.state.escalations).toMatchObject([
    { id: 'response', ownerId: 'ada', phase: 'answered' },
    { id: 'support-1', ownerId: 'fay', phase: 'answered' },
  ]);
  expect(life.sent.filter((one) => one.key.personId === 'fay' && one.key.kind === 'page')).toHaveLength(2);
});

test('who was added, and of whom no log tells, is added again and found paged', () => {
  const life = lifeOf();
  life.at(2_000, { ...says('ada', 'accept') });
  life.at(10_000, { kind: 'summon', id: 's1', personId: 'ada', target: { kind: 'person', id: 'fay' } });
  life.runUntil(15_000);
  life.lose(life.entries.findIndex((entry) => entry.kind === 'summoned'));
  life.runUntil(20_000);
  expect(life.sent.filter((one) => one.key.personId === 'fay')).toHaveLength(2);
  life.runUntil(600_000);
  expect(life.entries.find((entry) => entry.kind === 'summon-ended')?.data.reason).toBe('nobody-answered');
  expect(life.state.escalations[0]).toMatchObject({ ownerId: 'ada' });
});

test("a person's word on the severity stands in the next life, over what the sources said by then", () => {
  const life = lifeOf();
  life.at(2_000, { ...says('ada', 'accept') });
  life.at(5_000, { kind: 'severity', id: 'v1', personId: 'ada', severity: 'low' });
  life.runUntil(6_000);
  life.lose();
  expect(life.state).toMatchObject({ word: { severity: 'low', over: 'critical' }, urgency: 'low' });
  life.runUntil(60_000);
  expect(life.entries.filter((entry) => entry.kind === 'severity-raised')).toEqual([]);
});
