import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  catchAllLayer,
  type IncidentEvent,
  type Policy,
  plan,
  type ResolvedLayer,
  restoreIncident,
} from '../src/index.ts';
import { Life, person, START, type World } from './life.ts';

const HOUR = 1_800_000;

const policies: fc.Arbitrary<Policy> = fc.record({
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

interface Script {
  policy: Policy;
  severity: 'critical' | 'low';
  crews: string[][];
  rolls: number[];
  answers: { at: number; personId: string; answer: string }[];
  alerts: { at: number; version: number; firing: number; severity: 'critical' | 'low' }[];
  outcomes: ('sent' | 'refused' | 'pending')[];
  losses: boolean[];
}

const scripts: fc.Arbitrary<Script> = fc.record({
  policy: policies,
  severity: fc.constantFrom('critical' as const, 'low' as const),
  crews: fc.array(fc.subarray(names), { minLength: 4, maxLength: 4 }),
  rolls: fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 7, maxLength: 31 }),
  answers: fc.array(answers, { maxLength: 8 }),
  alerts: fc.array(alerts, { maxLength: 4 }),
  // The path opens again each time: what stays shut has a test of its own.
  outcomes: fc
    .array(fc.constantFrom('sent', 'sent', 'sent', 'refused', 'pending'), { minLength: 3, maxLength: 11 })
    .map((some) => [...some, 'sent' as const]),
  losses: fc.array(fc.boolean(), { minLength: 1, maxLength: 7 }),
});

function live(script: Script, after?: (life: Life) => void): Life {
  let roll = 0;
  let outcome = 0;
  let loss = 0;
  const world: World = {
    chance: () => script.rolls[roll++ % script.rolls.length] ?? 0.5,
    policy: script.policy,
    resolve: (layer): ResolvedLayer => {
      if (layer === catchAllLayer(script.policy)) return { people: [person('boss')], gaps: [] };
      const crew = script.crews[layer - 1] ?? [];
      return {
        people: crew.map((name) => person(name, ['sms', 'voice'])),
        gaps: crew.length === 0 ? ['schedule s'] : [],
      };
    },
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

const RUNS = { numRuns: 60 };

test('never silent while unanswered: an open incident always has something under way or an instant to wake at', () => {
  fc.assert(
    fc.property(scripts, (script) => {
      live(script, (life) => {
        if (life.state.status === 'open') expect(life.waits || life.state.pending.length > 0).toBe(true);
      });
    }),
    RUNS,
  );
});

test('never silent while unanswered: whoever is on call, somebody is paged again and again', () => {
  fc.assert(
    fc.property(scripts, (script) => {
      const life = live({ ...script, answers: [], alerts: [] });
      const longest = script.policy.layers.reduce((sum, layer) => sum + layer.tryForMs, 0) * script.policy.rounds;
      const bound = Math.max(longest, script.policy.catchAllEveryMs) + 5 * 60_000;
      const pages = life.sent.filter((one) => one.key.kind === 'page').map((one) => one.at);
      let last = START;
      for (const at of [...pages, life.now]) {
        expect(at - last).toBeLessThanOrEqual(bound);
        last = at;
      }
    }),
    RUNS,
  );
});

test('nothing is sent after the answer: no page leaves while an escalation is answered, snoozed or ended', () => {
  fc.assert(
    fc.property(scripts, (script) => {
      const life = live(script);
      const quiet: { from: number; to: number }[] = [];
      const ends = new Set(['layer-started', 'layer-empty', 'ack-timed-out', 'close-refused', 'escalated', 'rejected']);
      let from: number | null = null;
      for (const entry of [...life.entries, ...life.state.log]) {
        if (entry.kind === 'accepted') from = entry.at;
        else if (from !== null && ends.has(entry.kind)) {
          quiet.push({ from, to: entry.at });
          from = null;
        }
      }
      if (from !== null) quiet.push({ from, to: life.now });
      for (const { key, at } of life.sent) {
        if (key.kind !== 'page') continue;
        expect(quiet.some((span) => at > span.from && at < span.to)).toBe(false);
      }
    }),
    RUNS,
  );
});

test('what a provider lost goes out by another, as the same page, and by each provider once', () => {
  fc.assert(
    fc.property(scripts, (script) => {
      const life = live({ ...script, outcomes: ['sent'] });
      const times = Map.groupBy(life.sent, (one) => one.key.id);
      for (const [id, sent] of times) {
        expect(sent.length).toBeLessThanOrEqual(2);
        if (sent.length === 1) continue;
        const lost = [...life.entries, ...life.state.log].filter(
          (one) => one.kind === 'notification-lost' && one.data.notification === id,
        );
        expect(lost[0]?.data.attempt).toBe(1);
      }
    }),
    RUNS,
  );
});

test('each ledger key is planned once, over a whole life', () => {
  fc.assert(
    fc.property(scripts, (script) => {
      const life = live(script);
      const keys = life.entries.flatMap((entry) =>
        entry.kind === 'page-planned' || entry.kind === 'news-planned' ? (entry.data.notifications as string[]) : [],
      );
      expect(new Set(keys).size).toBe(keys.length);
    }),
    RUNS,
  );
});

test('a result that comes twice changes nothing, and a plan leaves the state it was given as it was', () => {
  fc.assert(
    fc.property(scripts, (script) => {
      live(script, (life) => {
        const frozen = JSON.stringify(life.state);
        for (const one of life.state.escalations.flatMap((of) => of.notifications).slice(0, 1)) {
          const event: IncidentEvent = { kind: 'receipt-failed', key: one.key.id, attempt: 1, reason: 'carrier-error' };
          const once = plan(life.state, event, life.now).state;
          expect(plan(once, event, life.now).state).toEqual(once);
        }
        for (const effect of life.state.pending.slice(0, 3)) {
          const event: IncidentEvent =
            effect.kind === 'deliver'
              ? {
                  kind: 'delivered',
                  effectId: effect.id,
                  results: effect.items.map((item) => ({
                    key: item.id,
                    outcome: 'sent',
                    reachedProvider: true,
                    reason: '',
                  })),
                }
              : { kind: 'withdrawn', effectId: effect.id };
          const once = plan(life.state, event, life.now).state;
          expect(plan(once, event, life.now).state).toEqual(once);
        }
        expect(JSON.stringify(life.state)).toBe(frozen);
      });
    }),
    RUNS,
  );
});

test('log entries have ids of their own and come in order', () => {
  fc.assert(
    fc.property(scripts, (script) => {
      const life = live(script);
      const ids = life.entries.map((entry) => entry.id);
      expect(new Set(ids).size).toBe(ids.length);
      const numbers = ids.map((id) => Number(id.split('-').at(-1)));
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    }),
    RUNS,
  );
});

test('made again from its log, an incident keeps its answer, and pages nobody by a key that went out in an earlier layer', () => {
  fc.assert(
    fc.property(scripts, (script) => {
      const life = live(script);
      if (life.state.status === 'closed' || life.state.status === 'closing') return;
      const entries = life.entries;
      const again = restoreIncident(
        {
          incidentId: 'I',
          number: 'INC-1',
          organisationId: 'o',
          teamId: 't',
          policyId: 'policy',
          drill: false,
          openedAt: START,
          counts: life.state.counts,
        },
        entries,
      );
      const [now] = again.escalations;
      const [then] = life.state.escalations;
      if (life.state.log.length === 0 && then?.phase === 'answered') expect(now?.ownerId).toBe(then.ownerId);
      if (now?.phase !== 'resolving') return;
      const earlier = entries
        .filter((entry) => entry.kind === 'page-planned' && Number(entry.data.round) < now.round)
        .flatMap((entry) => entry.data.notifications as string[]);
      for (const key of earlier) {
        const [method, repeat, kind] = key.split('/').slice(-3);
        expect(now.repeats[`${method}/${kind}`] ?? 0).toBeGreaterThanOrEqual(Number(repeat));
      }
    }),
    RUNS,
  );
});
