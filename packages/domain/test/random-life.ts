import fc from 'fast-check';
import {
  catchAllLayer,
  type IncidentEvent,
  type KpiEntry,
  type NotificationKey,
  type ResolvedLayer,
} from '../src/index.ts';
import { Life, person, policyOf, START } from './life.ts';

/** Lives are looked at for so long. */
const SPAN = 1_800_000;
const NAMES = ['ada', 'ben', 'cleo', 'dee'];

/** A life as its log tells it, with what providers said of what was sent. */
export interface Lived {
  log: KpiEntry[];
}

const answers = fc.record({
  at: fc.integer({ min: 0, max: SPAN }),
  personId: fc.constantFrom(...NAMES, 'boss'),
  answer: fc.constantFrom('accept', 'accept', 'reject', 'escalate', 'resolve'),
});

const scripts = fc.record({
  severity: fc.constantFrom('critical' as const, 'low' as const),
  layers: fc.integer({ min: 1, max: 3 }),
  rounds: fc.integer({ min: 1, max: 2 }),
  ackTimeoutMs: fc.constantFrom(0, 600_000),
  crews: fc.array(fc.subarray(NAMES), { minLength: 3, maxLength: 3 }),
  answers: fc.array(answers, { maxLength: 5 }),
  snoozedAt: fc.option(fc.integer({ min: 1_000, max: SPAN / 2 })),
  reassignedAt: fc.option(fc.integer({ min: 1_000, max: SPAN / 2 })),
  outcomes: fc.array(fc.constantFrom('sent', 'sent', 'sent', 'refused', 'pending'), { minLength: 3, maxLength: 9 }),
  rolls: fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 7, maxLength: 31 }),
});

/** Incidents lived through `plan`, with random crews, answers, refusals and outages. */
export const lives: fc.Arbitrary<Lived> = scripts.map((script) => {
  let roll = 0;
  let outcome = 0;
  const policy = policyOf(script.layers, { rounds: script.rounds, ackTimeoutMs: script.ackTimeoutMs });
  const life = new Life(
    {
      chance: () => script.rolls[roll++ % script.rolls.length] ?? 0.5,
      policy,
      resolve: (layer): ResolvedLayer => {
        if (layer === catchAllLayer(policy)) return { people: [person('boss')], gaps: [] };
        const crew = script.crews[Math.max(layer - 1, 0)] ?? [];
        return { people: crew.map((name) => person(name)), gaps: crew.length === 0 ? ['schedule s'] : [] };
      },
      deliver: () => script.outcomes[outcome++ % script.outcomes.length] ?? 'sent',
    },
    script.severity,
  );
  script.answers.forEach(({ at, personId, answer }, index) => {
    const event = { kind: 'answer', id: `a${index}`, answer, personId, escalationId: 'response', round: 1, layer: 1 };
    life.at(at, { ...event, channel: 'sms' } as IncidentEvent);
  });
  if (script.snoozedAt !== null) {
    life.at(script.snoozedAt, { kind: 'snooze', id: 's', personId: 'ada', until: START + script.snoozedAt + 300_000 });
  }
  if (script.reassignedAt !== null) {
    life.at(script.reassignedAt, { kind: 'reassign', id: 'r', personId: 'ada', target: { kind: 'person', id: 'dee' } });
  }
  life.runUntil(SPAN);
  return { log: logOf(life, script.severity) };
});

/** What `incidents` would have stored: the opening, the workflow's entries, the close, and the receipts as they came. */
function logOf(life: Life, severity: string): KpiEntry[] {
  const { closed } = life;
  const entries: Omit<KpiEntry, 'position'>[] = [
    { kind: 'opened', at: START, data: { severity, team: 't', drill: false } },
    ...life.entries,
    ...(closed ? [{ kind: 'closed', at: closed.at, data: { by: closed.by } }] : []),
    ...life.sent.flatMap(({ at, key }, index) => [
      receipt(key, at, 'queued'),
      receipt(key, at + 2_000, index % 3 === 0 ? 'failed' : 'delivered'),
    ]),
  ];
  return entries
    .toSorted((a, b) => a.at - b.at)
    .map((entry, index) => ({ ...entry, data: entry.data as Record<string, unknown>, position: index + 1 }));
}

function receipt(key: NotificationKey, at: number, said: string): Omit<KpiEntry, 'position'> {
  const [, channel] = key.contactMethodId.split('-');
  const { id: notification, personId, round, layer } = key;
  const provider = layer % 2 === 0 ? 'second' : 'main';
  return {
    kind: 'notification',
    at,
    data: { notification, person: personId, round, layer, channel, provider, receipt: said },
  };
}
