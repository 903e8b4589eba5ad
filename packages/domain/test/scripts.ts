import fc from 'fast-check';
import { catchAllLayer, type IncidentEvent, type LogEntry, type Policy, type ResolvedLayer } from '../src/index.ts';
import { Life, person, type World } from './life.ts';

export const HOUR = 1_800_000;

export const policies: fc.Arbitrary<Policy> = fc.record({
  id: fc.constant('policy'),
  version: fc.constant('1'),
  layers: fc.array(
    fc.record({
      targets: fc.constant([{ kind: 'schedule' as const, id: 's' }]),
      tryForMs: fc.integer({ min: 1_000, max: 300_000 }),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  rounds: fc.integer({ min: 1, max: 3 }),
  catchAll: fc.constant([{ kind: 'person' as const, id: 'boss' }]),
  catchAllEveryMs: fc.integer({ min: 30_000, max: 300_000 }),
  ackTimeoutMs: fc.constantFrom(0, 0, 120_000),
});

const names = ['ada', 'ben', 'cleo', 'dee', 'eve'];

const answers = fc.record({
  at: fc.integer({ min: 0, max: HOUR }),
  personId: fc.constantFrom(...names, 'boss'),
  answer: fc.constantFrom('accept', 'reject', 'reject', 'escalate', 'resolve'),
});
const alerts = fc.record({
  at: fc.integer({ min: 0, max: HOUR }),
  version: fc.integer({ min: 2, max: 6 }),
  firing: fc.integer({ min: 0, max: 3 }),
  severity: fc.constantFrom('critical' as const, 'low' as const),
});

export interface Script {
  policy: Policy;
  severity: 'critical' | 'low';
  crews: string[][];
  rolls: number[];
  answers: { at: number; personId: string; answer: string }[];
  summons: { at: number; personId: string }[];
  alerts: { at: number; version: number; firing: number; severity: 'critical' | 'low' }[];
  outcomes: ('sent' | 'refused' | 'pending')[];
  losses: boolean[];
}

export const scripts: fc.Arbitrary<Script> = fc.record({
  policy: policies,
  severity: fc.constantFrom('critical' as const, 'low' as const),
  crews: fc.array(fc.subarray(names), { minLength: 4, maxLength: 4 }),
  rolls: fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 7, maxLength: 31 }),
  answers: fc.array(answers, { maxLength: 8 }),
  alerts: fc.array(alerts, { maxLength: 4 }),
  summons: fc.array(fc.record({ at: fc.integer({ min: 0, max: HOUR }), personId: fc.constantFrom('fay', 'ada') }), {
    maxLength: 2,
  }),
  // The path opens again each time: what stays shut has a test of its own.
  outcomes: fc
    .array(fc.constantFrom('sent', 'sent', 'sent', 'refused', 'pending'), { minLength: 3, maxLength: 11 })
    .map((some) => [...some, 'sent' as const]),
  losses: fc.array(fc.boolean(), { minLength: 1, maxLength: 7 }),
});

/** Lives a script through; `after` looks at it each minute, and may do something to it. */
export function live(script: Script, after?: (life: Life) => void): Life {
  let roll = 0;
  let outcome = 0;
  let loss = 0;
  const world: World = {
    chance: () => script.rolls[roll++ % script.rolls.length] ?? 0.5,
    policy: script.policy,
    resolve: (layer) => layerOf(script, layer),
    deliver: (key) =>
      key.personId === 'boss' ? 'sent' : (script.outcomes[outcome++ % script.outcomes.length] ?? 'sent'),
    loses: () => script.losses[loss++ % script.losses.length] ?? false,
  };
  const life = new Life(world, script.severity);
  script.answers.forEach((one, index) => {
    life.at(one.at, {
      kind: 'answer',
      id: `a${index}`,
      escalationId: 'response',
      round: 1,
      layer: 1,
      channel: 'sms',
      personId: one.personId,
      answer: one.answer,
    } as IncidentEvent);
  });
  script.summons.forEach(({ at, personId }, index) => {
    life.at(at, { kind: 'summon', id: `s${index}`, personId: 'gus', target: { kind: 'person', id: personId } });
  });
  for (const one of script.alerts) {
    life.at(one.at, {
      kind: 'alerts',
      counts: { version: one.version, members: one.version, firing: one.firing, severity: one.severity },
    });
  }
  for (let ms = 0; ms <= 2 * HOUR; ms += 60_000) {
    life.runUntil(ms);
    after?.(life);
  }
  return life;
}

/** Who a layer of a script is, the catch-all's after the policy's. */
export function layerOf(script: Script, layer: number): ResolvedLayer {
  if (layer === catchAllLayer(script.policy)) return { people: [person('boss')], gaps: [] };
  const crew = script.crews[layer - 1] ?? [];
  return {
    people: crew.map((name) => person(name, ['sms', 'voice'])),
    gaps: crew.length === 0 ? ['schedule s'] : [],
  };
}

/** The log so far: what was taken, and what waits to be. */
export function entriesOf(life: Life): LogEntry[] {
  const known = new Set(life.entries.map((entry) => entry.id));
  return [...life.entries, ...life.state.log.filter((entry) => !known.has(entry.id))];
}
