import { describe, expect, test } from '@jest/globals';
import { ladderView, type Severity, severityGiven, severityOf } from '../src/index.ts';
import { Life, person, policyOf } from './life.ts';
import { entriesOf } from './scripts.ts';

describe("a person's word on the severity", () => {
  test.each<[string, Severity, { severity: Severity; over: Severity } | null, Severity]>([
    ['without one the sources count', 'high', null, 'high'],
    ['lowered, it stands against what was known', 'critical', { severity: 'low', over: 'critical' }, 'low'],
    ['lowered, it stands against something milder', 'medium', { severity: 'low', over: 'high' }, 'low'],
    [
      'lowered, something worse than all that was known is heard',
      'critical',
      { severity: 'low', over: 'high' },
      'critical',
    ],
    ['raised, it stands', 'medium', { severity: 'critical', over: 'medium' }, 'critical'],
    [
      'raised, something worse than was known does not lower it',
      'high',
      { severity: 'critical', over: 'medium' },
      'critical',
    ],
  ])('%s', (_, sources, word, given) => {
    expect(severityGiven(sources, word && { ...word, personId: 'ada' })).toBe(given);
  });
});

const urgent = { ...person('ada', ['sms', 'voice']), low: person('ada', ['sms']).low };

function lifeOf(severity: 'critical' | 'low' = 'critical'): Life {
  const resolve = () => ({ people: [urgent], gaps: [] });
  return new Life({ chance: () => 0.5, policy: policyOf(2), resolve, deliver: () => 'sent' }, severity);
}
const sets = (severity: Severity, personId = 'ben') =>
  ({ kind: 'severity', id: `${personId}-${severity}`, personId, severity }) as const;
const counts = (version: number, severity: Severity) =>
  ({ kind: 'alerts', counts: { version, members: version, firing: version, severity } }) as const;
const channels = (life: Life) => life.sent.map((one) => one.key.contactMethodId);

test('raised by a person, those being paged are paged by the rules of the new urgency', () => {
  const life = lifeOf('low');
  life.runUntil(2_000);
  expect(channels(life)).toEqual(['ada-sms']);
  life.at(5_000, sets('critical'));
  life.runUntil(6_000);
  expect(channels(life)).toEqual(['ada-sms', 'ada-sms', 'ada-voice']);
});

test('lowered by a person, what is planned stays, and the next layer is paged by the milder rules', () => {
  const life = lifeOf();
  life.at(5_000, sets('low'));
  life.runUntil(30_000);
  expect(channels(life)).toEqual(['ada-sms', 'ada-voice']);
  life.runUntil(70_000);
  expect(channels(life)).toEqual(['ada-sms', 'ada-voice', 'ada-sms']);
});

test('a lowered incident stays so while its sources repeat themselves, and its owner hears of new members', () => {
  const life = lifeOf();
  life.at(3_000, {
    kind: 'answer',
    id: 'a',
    answer: 'accept',
    personId: 'ada',
    escalationId: 'response',
    round: 1,
    layer: 1,
    channel: 'sms',
  });
  life.at(5_000, sets('low'));
  life.at(9_000, counts(2, 'critical'));
  life.runUntil(12_000);
  expect(severityOf(life.state)).toBe('low');
  const told = life.entries.filter((one) => one.kind === 'owner-told').map((one) => one.data.note);
  expect(told).toEqual(['severity is now low', '1 new member']);
});

test('who owns it and says so themselves is not told', () => {
  const life = lifeOf();
  life.at(3_000, {
    kind: 'answer',
    id: 'a',
    answer: 'accept',
    personId: 'ada',
    escalationId: 'response',
    round: 1,
    layer: 1,
    channel: 'sms',
  });
  life.at(5_000, sets('low', 'ada'));
  life.runUntil(9_000);
  expect(life.entries.filter((one) => one.kind === 'owner-told')).toEqual([]);
});

test('the same command twice is one word, and ends no page', () => {
  const life = lifeOf();
  life.at(5_000, sets('medium'));
  life.at(6_000, sets('medium'));
  life.runUntil(9_000);
  expect(life.entries.filter((one) => one.kind === 'severity-set')).toMatchObject([
    { data: { from: 'critical', to: 'medium', over: 'critical', person: 'ben' } },
  ]);
  expect(life.state.escalations[0]!.people).toMatchObject([{ state: 'paged' }]);
  expect(ladderView(entriesOf(life), life.now).head).toMatchObject({ saying: 'paging', severity: 'medium' });
});

test('made again from its log, an incident keeps the word', () => {
  const life = lifeOf();
  life.at(5_000, sets('low'));
  life.runUntil(9_000);
  life.lose();
  const again = life.state;
  expect(severityOf(again)).toBe('low');
  expect(again.urgency).toBe('low');
  expect(again.decided).toMatchObject([{ id: 'ben-low', decision: { outcome: 'done' } }]);
});
