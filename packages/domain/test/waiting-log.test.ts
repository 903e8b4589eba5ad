import { expect, test } from '@jest/globals';
import { type IncidentState, newIncident, plan, type Reachable } from '../src/index.ts';
import { person, policyOf, START } from './life.ts';

const MINUTE = 60_000;
const DAY = 24 * 60;

/** Lives for so many minutes, in which everything but the log is carried out at once; `people` are the catch-all. */
function liveWithoutLog(
  minutes: number,
  people: Reachable[],
  outside: (minute: number) => Parameters<typeof plan>[1][] = () => [],
) {
  const policy = policyOf(1, { catchAllEveryMs: MINUTE });
  const facts = { incidentId: 'I', number: 'INC-1', organisationId: 'o', teamId: 't', policyId: 'p', drill: false };
  const counts = { version: 1, members: 1, firing: 1, severity: 'critical' as const };
  let state: IncidentState = newIncident({ ...facts, openedAt: START, counts, epoch: 0 });
  let largest = 0;
  let handed: string[] = [];
  const step = (event: Parameters<typeof plan>[1], now: number): number | null => {
    const next = plan(state, event, now);
    state = next.state;
    largest = Math.max(largest, JSON.stringify(state).length);
    for (const effect of next.effects) {
      const effectId = effect.id;
      const layer = {
        people: effect.kind === 'resolve-layer' && effect.layer > 1 ? people : [person('ada')],
        gaps: [],
      };
      if (effect.kind === 'begin') {
        step({ kind: 'begun', effectId, policy, layers: [layer], catchAll: { people, gaps: [] }, reason: '' }, now);
      }
      if (effect.kind === 'resolve-layer') step({ kind: 'layer-resolved', effectId, layer }, now);
      if (effect.kind === 'deliver') {
        const results = effect.items.map(({ id }) => ({
          key: id,
          outcome: 'pending' as const,
          reachedProvider: true,
          reason: 'rate-limited',
        }));
        step({ kind: 'delivered', effectId, results }, now);
      }
      if (effect.kind === 'log') handed = effect.entries.map((entry) => entry.id);
    }
    return next.wakeAt;
  };
  step({ kind: 'wake' }, START);
  for (let minute = 1; minute < minutes; minute += 1) {
    const now = START + minute * MINUTE;
    for (const event of outside(minute)) step(event, now - 1);
    step({ kind: 'wake' }, now);
  }
  return { state, largest, handed };
}

test.each([
  { crew: 1, minutes: DAY },
  { crew: 100, minutes: 120 },
])(
  'a catch-all of $crew each minute for $minutes minutes, with nobody to take the log, keeps the state small',
  ({ crew, minutes }) => {
    const { state, largest, handed } = liveWithoutLog(
      minutes,
      Array.from({ length: crew }, (_, i) => person(`boss-${i}`)),
    );
    expect(largest).toBeLessThan(1_024 * 1_024);
    const left = state.log.filter((entry) => entry.kind === 'entries-left-out');
    expect(left).toHaveLength(1);
    expect(left[0]?.data).toMatchObject({ reason: 'the-log-was-not-taken', round: expect.any(Number) });
    expect(Number(left[0]?.data.layers)).toBeGreaterThan(minutes / 2);
    expect(left[0]?.data.people).toContain('boss-0');
    // What is being written is what it was; ids are still their own, and in their order.
    expect(state.log.slice(0, handed.length).map((entry) => entry.id)).toEqual(handed);
    const numbers = state.log.map((entry) => Number(entry.id.split('-').at(-1)));
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
  },
  60_000,
);

test('what people and sources did is never left out', () => {
  const base = { kind: 'answer', escalationId: 'response', round: 1, layer: 1, channel: 'sms' } as const;
  const { state } = liveWithoutLog(DAY, [person('boss', ['sms'])], (minute) => {
    if (minute === 400) return [{ ...base, id: 'a400', answer: 'reject', personId: 'boss' }];
    if (minute === 800) return [{ ...base, id: 'a800', answer: 'accept', personId: 'boss' }];
    if (minute === 810) return [{ ...base, id: 'a810', answer: 'escalate', personId: 'boss' }];
    const counts = { version: 2, members: 3, firing: 3, severity: 'critical' as const };
    return minute === 600 ? [{ kind: 'alerts', counts }] : [];
  });
  const kinds = state.log.map((entry) => entry.kind);
  expect(kinds.filter((kind) => !/^(layer|page|notification)-/.test(kind))).toEqual([
    'escalation-started',
    'entries-left-out',
    'rejected',
    'entries-left-out',
    'members-joined',
    'entries-left-out',
    'accepted',
    'news-planned',
    'escalated',
    'entries-left-out',
  ]);
}, 60_000);
