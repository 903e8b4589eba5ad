import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Life } from './life.ts';
import { START } from './life.ts';
import { HOUR, live, type Script, scripts } from './scripts.ts';

const RUNS = { numRuns: 60 };

/** When a workflow is lost, in minutes, and how much of what it had logged was taken by then: 1 is all of it. */
const losses = fc.array(
  fc.record({ minute: fc.integer({ min: 0, max: HOUR / 60_000 }), kept: fc.double({ min: 0, max: 1, noNaN: true }) }),
  { minLength: 1, maxLength: 3 },
);
const minutes = fc.array(fc.integer({ min: 0, max: HOUR / 60_000 }), { minLength: 1, maxLength: 3 });

type Loss = { minute: number; kept: number };

/** Lives a script in which the workflow is lost now and then. */
function liveOn(script: Script, some: Loss[], after?: (life: Life) => void): Life {
  let minute = -1;
  return live(script, (life) => {
    minute += 1;
    for (const one of some) {
      if (one.minute !== minute || ['closing', 'closed'].includes(life.state.status)) continue;
      life.lose(Math.floor(life.entries.length * one.kept));
    }
    after?.(life);
  });
}

/** Those of the response: who was added has an escalation of their own. */
const pagesOf = (life: Life) =>
  life.sent.filter((one) => one.key.kind === 'page' && one.key.escalationId === 'response');

test('made again from any part of its log, an open incident has something under way or an instant to wake at', () => {
  fc.assert(
    fc.property(scripts, losses, (script, some) => {
      liveOn(script, some, (life) => {
        if (life.state.status === 'open') expect(life.waits || life.state.pending.length > 0).toBe(true);
      });
    }),
    RUNS,
  );
});

test('made again from any part of its log, an incident that nobody answers pages somebody again and again', () => {
  fc.assert(
    fc.property(scripts, losses, (script, some) => {
      const life = liveOn({ ...script, answers: [], alerts: [] }, some);
      const { layers, rounds, catchAllEveryMs } = script.policy;
      const pass = layers.reduce((sum, layer) => sum + layer.tryForMs, 0);
      const longest = layers.reduce((most, layer) => Math.max(most, layer.tryForMs), catchAllEveryMs);
      // The layer that is taken up has its time again, and its pages may have been sent before.
      const bound = Math.max(pass * rounds, catchAllEveryMs) + 5 * 60_000 + some.length * longest;
      let last = START;
      for (const at of [...pagesOf(life).map((one) => one.at), life.now]) {
        expect(at - last).toBeLessThanOrEqual(bound);
        last = at;
      }
    }),
    RUNS,
  );
});

test('no key of the ledger ever means something else than what was sent under it', () => {
  fc.assert(
    fc.property(scripts, losses, (script, some) => {
      expect(liveOn(script, some).clashes).toEqual([]);
    }),
    RUNS,
  );
});

test('no two lives of an incident share the id of an entry', () => {
  fc.assert(
    fc.property(scripts, losses, (script, some) => {
      const epochs = new Set<number>();
      let lives = -1;
      liveOn(script, some, (life) => {
        if (life.losses === lives) return;
        lives = life.losses;
        expect(epochs.has(life.state.epoch)).toBe(false);
        epochs.add(life.state.epoch);
      });
    }),
    RUNS,
  );
});

test('everybody who was paged in any life hears who has it', () => {
  fc.assert(
    fc.property(scripts, losses, fc.boolean(), (script, some, isLostAfter) => {
      const rejects = script.answers.filter((one) => one.answer === 'reject');
      const accept = { at: HOUR, personId: 'boss', answer: 'accept' };
      const policy = { ...script.policy, ackTimeoutMs: 0 };
      const after = isLostAfter ? [{ minute: HOUR / 60_000 + 1, kept: some[0]?.kept ?? 0 }] : [];
      const lived = { ...script, policy, alerts: [], answers: [...rejects, accept], outcomes: ['sent' as const] };
      const life = liveOn(lived, [...some, ...after]);
      expect(life.state.escalations[0]).toMatchObject({ phase: 'answered', ownerId: 'boss' });
      const paged = new Set(pagesOf(life).map((one) => one.key.personId));
      const told = life.sent.filter((one) => one.key.kind === 'taken').map((one) => one.key.personId);
      paged.delete('boss');
      expect([...paged].filter((one) => !told.includes(one))).toEqual([]);
    }),
    RUNS,
  );
});

test('an answer stands in every life, whatever part of the log is left: no page leaves after it, on no channel', () => {
  fc.assert(
    fc.property(scripts, losses, (script, some) => {
      const policy = { ...script.policy, ackTimeoutMs: 0 };
      const answers = [{ at: HOUR / 4, personId: 'ada', answer: 'accept' }];
      const life = liveOn({ ...script, policy, alerts: [], answers }, some);
      expect(pagesOf(life).filter((one) => one.at > START + HOUR / 4 + 1_000)).toEqual([]);
      const used = new Set(pagesOf(life).map((one) => one.key.contactMethodId.split('-')[1]));
      const withdrawn = life.withdrawals.filter((one) => one.personId === null).flatMap((one) => one.channels);
      expect([...used].filter((channel) => !withdrawn.includes(channel as 'sms'))).toEqual([]);
    }),
    RUNS,
  );
});

test('where the whole log was taken, nobody is paged a second time in the layer that is taken up', () => {
  fc.assert(
    fc.property(scripts, minutes, (script, lost) => {
      let before: { place: string; methods: Set<string>; sent: number } | undefined;
      let minute = -1;
      const rejects = script.answers.filter((one) => one.answer === 'reject');
      // What a provider lost goes out again by another, and rightly.
      live({ ...script, alerts: [], answers: rejects, losses: [false] }, (life) => {
        minute += 1;
        if (before?.place === placeOf(life)) {
          const again = life.sent.slice(before.sent).filter((one) => isHere(life, one));
          expect(again.filter((one) => before?.methods.has(one.key.contactMethodId))).toEqual([]);
        }
        if (!lost.includes(minute) || life.state.log.length > 0) return;
        life.lose();
        const here = pagesOf(life).filter((one) => isHere(life, one));
        const methods = new Set(here.map((one) => one.key.contactMethodId));
        before = { place: placeOf(life), methods, sent: life.sent.length };
      });
    }),
    RUNS,
  );
});

function placeOf(life: Life): string {
  const [escalation] = life.state.escalations;
  return `${escalation?.round}/${escalation?.layer}`;
}

function isHere(life: Life, { key }: Life['sent'][number]): boolean {
  const isPage = key.kind === 'page' && key.escalationId === 'response';
  return isPage && placeOf(life) === `${key.round}/${key.layer}`;
}
