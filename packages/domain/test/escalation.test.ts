import { expect, test } from '@jest/globals';
import type { DeliveryResult, Policy, ResolvedLayer } from '../src/index.ts';
import { Life, person, policyOf, type World } from './life.ts';

const layers: Record<number, ResolvedLayer> = {
  1: { people: [person('ada')], gaps: [] },
  2: { people: [person('ben'), person('cleo')], gaps: [] },
  3: { people: [person('boss')], gaps: [] },
};

function lifeOf(options: {
  policy?: Policy;
  resolve?: World['resolve'];
  deliver?: (personId: string, at: number) => DeliveryResult['outcome'];
  loses?: (contactMethodId: string, at: number) => boolean;
  severity?: 'critical' | 'low';
  canStore?: () => boolean;
}): Life {
  const policy = options.policy ?? policyOf(2);
  const life: Life = new Life(
    {
      chance: () => 0.5,
      policy,
      resolve: options.resolve ?? ((layer) => layers[layer] ?? { people: [person('boss')], gaps: [] }),
      ...(options.canStore ? { canStore: options.canStore } : {}),
      deliver: (key) => options.deliver?.(key.personId, life?.now ?? 0) ?? 'sent',
      loses: (key) => options.loses?.(key.contactMethodId, life?.now ?? 0) ?? false,
    },
    options.severity ?? 'critical',
  );
  return life;
}

const says = (personId: string, answer: 'accept' | 'reject' | 'resolve' | 'escalate', id = `${personId}-${answer}`) =>
  ({ kind: 'answer', id, answer, personId, escalationId: 'response', round: 1, layer: 1, channel: 'sms' }) as const;

const pagesOf = (life: Life) => life.sent.filter((one) => one.key.kind === 'page').map((one) => one.key.personId);
const kinds = (life: Life) => life.entries.map((entry) => entry.kind);

test('a person is paged on all channels at once', () => {
  const life = lifeOf({});
  life.runUntil(1_000);
  expect(life.sent.map((one) => one.key.contactMethodId).sort()).toEqual(['ada-sms', 'ada-voice']);
});

test('when the last of a layer rejects, the next layer starts at once', () => {
  const life = lifeOf({});
  life.at(2_000, says('ada', 'reject'));
  life.runUntil(4_000);
  expect(new Set(pagesOf(life))).toEqual(new Set(['ada', 'ben', 'cleo']));
  expect(life.withdrawals[0]).toMatchObject({ personId: 'ada', layer: 1, throughRound: 1 });
});

test('an accept stops paging, withdraws, and tells whoever else was paged', () => {
  const life = lifeOf({});
  life.at(2_000, says('ada', 'reject'));
  life.at(5_000, says('ben', 'accept'));
  life.runUntil(600_000);
  expect(life.state.status).toBe('acknowledged');
  expect(life.sent.filter((one) => one.key.kind === 'taken').map((one) => one.key.contactMethodId)).toEqual([
    'ada-sms',
    'cleo-sms',
  ]);
  expect(life.withdrawals.at(-1)).toMatchObject({ personId: null, throughRound: 1, channels: ['sms', 'voice'] });
});

test('two people accept: one owner, the other hears who', () => {
  const life = lifeOf({});
  life.at(2_000, says('ben', 'accept'));
  life.at(2_000, says('cleo', 'accept'));
  life.runUntil(3_000);
  const said = Object.fromEntries(life.state.decided.map((one) => [one.id, one.decision]));
  expect(said['ben-accept']).toMatchObject({ outcome: 'yours', ownerId: 'ben' });
  expect(said['cleo-accept']).toMatchObject({ outcome: 'taken', ownerId: 'ben' });
});

test('the same answer twice is decided once', () => {
  const life = lifeOf({});
  life.at(2_000, says('ada', 'accept'));
  life.at(3_000, says('ada', 'accept'));
  life.runUntil(4_000);
  expect(kinds(life).filter((kind) => kind === 'accepted')).toHaveLength(1);
});

test('nobody answers: layer after layer, pass after pass, then the catch-all again and again', () => {
  const life = lifeOf({ policy: policyOf(2, { rounds: 2 }) });
  life.runUntil(20 * 60_000);
  const started = life.entries.filter((entry) => entry.kind === 'layer-started').map((entry) => entry.data.layer);
  expect(started.slice(0, 4)).toEqual([1, 2, 1, 2]);
  expect(started.slice(4).every((layer) => layer === 3)).toBe(true);
  expect(started.length).toBeGreaterThan(8);
});

test('an empty layer is passed over at once, and the gap is recorded', () => {
  const life = lifeOf({
    resolve: (layer) => (layer === 1 ? { people: [], gaps: ['schedule s1'] } : layers[layer]!),
  });
  life.runUntil(3_000);
  expect(new Set(pagesOf(life))).toEqual(new Set(['ben', 'cleo']));
  expect(kinds(life)).toEqual(expect.arrayContaining(['gap', 'layer-empty']));
});

test('nobody on call anywhere: the catch-all is paged at once', () => {
  const life = lifeOf({
    policy: policyOf(2, { rounds: 3 }),
    resolve: (layer) => (layer <= 2 ? { people: [], gaps: ['schedule s'] } : layers[3]!),
  });
  life.runUntil(4_000);
  expect(pagesOf(life)).toEqual(['boss', 'boss']);
});

test('a layer whose every contact method refuses is left at once', () => {
  const life = lifeOf({ deliver: (personId) => (personId === 'ada' ? 'refused' : 'sent') });
  life.runUntil(4_000);
  expect(new Set(pagesOf(life))).toEqual(new Set(['ben', 'cleo']));
  expect(kinds(life)).toContain('person-unreachable');
});

test('a page that was taken and lost goes out again at once, and once more only', () => {
  let lost = 0;
  const life = lifeOf({ loses: (method) => method === 'ada-sms' && lost++ === 0 });
  life.runUntil(4_000);
  expect(life.sent.map((one) => one.key.contactMethodId)).toEqual(['ada-sms', 'ada-voice', 'ada-sms']);
  expect(new Set(life.sent.map((one) => one.key.id)).size).toBe(2);
  expect(life.entries.find((entry) => entry.kind === 'notification-lost')?.data).toMatchObject({
    channel: 'sms',
    attempt: 1,
    reason: 'carrier-error',
  });
});

test('a person whose every contact method was lost for good is unreachable, and the next layer starts at once', () => {
  const life = lifeOf({ loses: (method) => method.startsWith('ada-') });
  life.runUntil(12_000);
  expect(new Set(pagesOf(life))).toEqual(new Set(['ada', 'ben', 'cleo']));
  expect(life.entries.find((entry) => entry.kind === 'person-unreachable')?.data).toMatchObject({
    person: 'ada',
    reason: 'every-contact-method-failed',
  });
});

test('with one contact method left a person is reachable, and the layer has its time', () => {
  const life = lifeOf({ loses: (method) => method === 'ada-sms' });
  life.runUntil(50_000);
  expect(new Set(pagesOf(life))).toEqual(new Set(['ada']));
  expect(kinds(life)).toContain('notification-undelivered');
  expect(kinds(life)).not.toContain('person-unreachable');
});

test('repeats that are yet to come do not hold the next layer up', () => {
  const ada = person('ada');
  const patient = ada.high.map((rule) => ({ ...rule, repeats: 3, repeatEveryMs: 10_000 }));
  const crew = { people: [{ ...ada, high: patient }], gaps: [] };
  const life = lifeOf({
    resolve: (layer) => (layer === 1 ? crew : layers[layer]!),
    loses: (m) => m.startsWith('ada-'),
  });
  life.runUntil(9_000);
  expect(new Set(pagesOf(life))).toEqual(new Set(['ada', 'ben', 'cleo']));
});

test('the catch-all is paged again and again, also where everything to it is lost', () => {
  const life = lifeOf({ policy: policyOf(0), loses: () => true, resolve: () => layers[3]! });
  life.runUntil(10 * 60_000);
  expect(new Set(life.sent.map((one) => one.key.round)).size).toBeGreaterThanOrEqual(5);
});

test.each(['accept', 'reject'] as const)('what is lost after the %s of whom it paged is not sent again', (answer) => {
  const life = lifeOf({});
  life.at(3_000, says('ada', answer));
  life.runUntil(2_000);
  const lost = life.sent.map((one) => one.key.id);
  for (const key of lost) life.at(4_000, { kind: 'receipt-failed', key, attempt: 1, reason: 'carrier-error' });
  life.runUntil(50_000);
  expect(pagesOf(life).filter((id) => id === 'ada')).toHaveLength(2);
  expect(kinds(life)).not.toContain('notification-lost');
});

test('what our own path cannot do never ends a layer: it gets its time again', () => {
  const life: Life = lifeOf({ deliver: (_, at) => (at < Date.UTC(2026, 0, 5, 3, 30) ? 'pending' : 'sent') });
  life.runUntil(30 * 60_000 + 5_000);
  expect(new Set(pagesOf(life))).toEqual(new Set(['ada']));
  expect(pagesOf(life)).toHaveLength(2);
});

test('the roster stays silent: the people resolved at the start are paged', () => {
  let asked = 0;
  const life = lifeOf({
    resolve: (layer) => {
      asked += 1;
      return asked <= 3 ? layers[layer]! : null;
    },
  });
  life.runUntil(75_000);
  expect(new Set(pagesOf(life))).toEqual(new Set(['ada', 'ben', 'cleo']));
  // Stored before they were paged, like everybody of a layer.
  expect(life.layers).toContainEqual({ escalationId: 'response', round: 1, layer: 2, people: layers[2] });
  expect(life.entries.find((entry) => entry.data.layer === 2)?.data).toMatchObject({ reason: 'roster-silent' });
});

test('the roster stays silent and nothing can be stored: the people resolved at the start are paged all the same', () => {
  let asked = 0;
  const life = lifeOf({
    resolve: (layer) => (asked++ < 3 ? layers[layer]! : null),
    canStore: () => false,
  });
  life.runUntil(75_000);
  expect(new Set(pagesOf(life))).toEqual(new Set(['ada', 'ben', 'cleo']));
});

test('the source resolves before anybody answers: closed; after the answer the owner is told and decides', () => {
  const before = lifeOf({});
  before.at(5_000, { kind: 'alerts', counts: { version: 2, members: 1, firing: 0, severity: 'critical' } });
  before.runUntil(10_000);
  expect(before.state.status).toBe('closed');

  const after = lifeOf({});
  after.at(4_000, says('ada', 'accept'));
  after.at(5_000, { kind: 'alerts', counts: { version: 2, members: 1, firing: 0, severity: 'critical' } });
  after.runUntil(10_000);
  expect(after.state.status).toBe('acknowledged');
  expect(after.sent.filter((one) => one.key.kind === 'update').map((one) => one.key.personId)).toEqual(['ada']);
});

test('a new member of an answered incident is told to its owner', () => {
  const life = lifeOf({});
  life.at(4_000, says('ada', 'accept'));
  life.at(6_000, { kind: 'alerts', counts: { version: 2, members: 3, firing: 3, severity: 'critical' } });
  life.runUntil(9_000);
  expect(life.entries.find((entry) => entry.kind === 'owner-told')?.data.note).toBe('2 new members');
});

test('an acknowledgement times out: the owner is paged again, then the layers', () => {
  const life = lifeOf({ policy: policyOf(2, { ackTimeoutMs: 300_000 }) });
  life.at(4_000, says('ben', 'accept'));
  life.runUntil(4_000 + 300_000 + 70_000);
  const again = life.entries.filter((entry) => entry.kind === 'layer-started').slice(1);
  expect(again.map((entry) => entry.data.layer)).toEqual([0, 1]);
  expect(kinds(life)).toContain('ack-timed-out');
});

test('reassigned: the named person is paged in a new round, and the rest are withdrawn', () => {
  const life = lifeOf({ resolve: (layer) => (layer === 0 ? { people: [person('dee')], gaps: [] } : layers[layer]!) });
  life.at(3_000, { kind: 'reassign', id: 'r', personId: 'ada', target: { kind: 'person', id: 'dee' } });
  life.runUntil(6_000);
  expect(life.withdrawals[0]).toMatchObject({ throughRound: 1 });
  expect(life.sent.filter((one) => one.key.personId === 'dee').every((one) => one.key.round === 2)).toBe(true);
});

test('snoozed: quiet until the instant, then paged again', () => {
  const life = lifeOf({});
  life.at(3_000, { kind: 'snooze', id: 's', personId: 'ada', until: Date.UTC(2026, 0, 5, 4) });
  life.runUntil(3_599_000);
  expect(pagesOf(life)).toEqual(['ada', 'ada']);
  life.runUntil(3_605_000);
  expect(pagesOf(life)).toHaveLength(4);
});

test('higher severity takes the rules of high urgency from then on', () => {
  const ada = { ...person('ada'), low: person('ada', ['sms']).low };
  const life = lifeOf({ severity: 'low', resolve: () => ({ people: [ada], gaps: [] }) });
  life.at(5_000, { kind: 'alerts', counts: { version: 2, members: 1, firing: 1, severity: 'critical' } });
  life.runUntil(9_000);
  expect(life.sent.map((one) => one.key.contactMethodId)).toEqual(['ada-sms', 'ada-sms', 'ada-voice']);
});

test('100 people on two channels are four deliveries of 50 in one step', () => {
  const crowd = Array.from({ length: 100 }, (_, index) => person(`p${index}`));
  const life = lifeOf({ resolve: () => ({ people: crowd, gaps: [] }) });
  life.runUntil(1_000);
  expect(life.sent).toHaveLength(200);
  expect(new Set(life.sent.map((one) => one.at)).size).toBe(1);
});

test('after three dark hours one step is taken, from now', () => {
  const life = lifeOf({});
  life.runUntil(1_000);
  life.now += 3 * 3_600_000;
  life.take({ kind: 'wake' });
  life.runUntil(3 * 3_600_000 + 5_000);
  expect(life.entries.filter((entry) => entry.kind === 'layer-started').map((entry) => entry.data.layer)).toEqual([
    1, 2,
  ]);
});

test('a path that stays shut for one layer does not hold up the next for ever', () => {
  const life = lifeOf({ deliver: (personId) => (personId === 'ada' ? 'pending' : 'sent') });
  life.runUntil(59 * 60_000);
  expect(pagesOf(life)).toEqual([]);
  life.runUntil(65 * 60_000);
  expect(new Set(pagesOf(life))).toEqual(new Set(['ben', 'cleo', 'boss']));
});
