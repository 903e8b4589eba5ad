import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type IncidentEvent, plan } from '../src/index.ts';
import { START } from './life.ts';
import { live, scripts } from './scripts.ts';

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
        // Each escalation has answers of its own.
        if ((entry.data.escalation ?? 'response') !== 'response') continue;
        if (entry.kind === 'accepted') from = entry.at;
        else if (from !== null && ends.has(entry.kind)) {
          quiet.push({ from, to: entry.at });
          from = null;
        }
      }
      if (from !== null) quiet.push({ from, to: life.now });
      for (const { key, at } of life.sent) {
        if (key.kind !== 'page' || key.escalationId !== 'response') continue;
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
