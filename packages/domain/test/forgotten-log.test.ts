import { describe, expect, test } from '@jest/globals';
import type { IncidentEvent } from '../src/index.ts';
import { Life, person, policyOf } from './life.ts';

const layers = ['ada', 'ben', 'boss'].map((id) => ({ people: [person(id)], gaps: [] }));
const accept: IncidentEvent = {
  kind: 'answer',
  id: 'ben-accepts',
  answer: 'accept',
  personId: 'ben',
  escalationId: 'response',
  round: 1,
  layer: 2,
  channel: 'sms',
};

/** Layers of a minute each; after 70 s the second is paged. Then the store forgets all but the first entries, and the answers. */
function forgotten(kept: number, ...events: [at: number, event: IncidentEvent][]): Life {
  const resolve = (layer: number) => layers[layer - 1] ?? null;
  const life = new Life({ chance: () => 0.5, policy: policyOf(2), resolve, deliver: () => 'sent' });
  for (const [at, event] of events) life.at(at, event);
  life.runUntil(80_000);
  life.entries.splice(kept);
  life.answers.splice(0);
  life.take({ kind: 'log-forgotten', wasBegun: kept > 0 });
  life.runUntil(85_000);
  return life;
}

const paged = (life: Life) => life.sent.filter((one) => one.key.kind === 'page').map((one) => one.key.personId);

describe.each([0, 1, 3])('of the log %i entries are left', (kept) => {
  test('who accepted has it, on record from when they did, and in a life that is made again from it', () => {
    const life = forgotten(kept, [75_000, accept]);
    const entry = life.entries.findLast((one) => one.kind === 'accepted');
    expect(entry).toMatchObject({ data: { person: 'ben', layer: 2, escalation: 'response' } });
    expect(entry!.at).toBeLessThan(life.now - 5_000);
    const before = paged(life);
    life.lose();
    life.runUntil(600_000);
    expect(paged(life)).toEqual(before);
    expect(life.state).toMatchObject({ status: 'acknowledged', escalations: [{ ownerId: 'ben', phase: 'answered' }] });
  });

  test('a layer that is being paged is on record, and nobody before it is paged again', () => {
    const life = forgotten(kept);
    expect(paged(life)).toEqual(['ada', 'ada', 'ben', 'ben']);
    life.lose();
    life.runUntil(119_000);
    expect(paged(life)).not.toContain('boss');
    expect(paged(life).slice(4)).not.toContain('ada');
    life.runUntil(300_000);
    expect(paged(life)).toContain('boss');
  });

  test('a snooze ends when it would have', () => {
    const snooze: IncidentEvent = { kind: 'snooze', id: 's', personId: 'ben', until: 0 };
    const life = forgotten(kept, [75_000, { ...snooze, until: Date.UTC(2026, 0, 5, 3, 5) }]);
    life.lose();
    const before = paged(life);
    life.runUntil(299_000);
    expect(paged(life)).toEqual(before);
    life.runUntil(301_000);
    expect(paged(life).length).toBeGreaterThan(before.length);
  });
});

test('before it began there is nothing to put on record', () => {
  const life = new Life({ chance: () => 0.5, policy: policyOf(2), resolve: () => null, deliver: () => 'sent' });
  life.take({ kind: 'log-forgotten', wasBegun: false });
  expect(life.state.log).toEqual([]);
});
