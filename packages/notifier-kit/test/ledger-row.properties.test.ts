import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { LedgerRow, RowState } from '../src/ledger/row.ts';
import {
  attemptAbsent,
  attemptFailed,
  attemptTaken,
  beginAttempt,
  receiptCame,
  release,
  type Transition,
  takeBackAttempt,
  takeOver,
} from '../src/ledger/transitions.ts';
import { aKey } from '../src/testing/index.ts';

const RANK: Record<RowState, number> = {
  claimed: 0,
  calling: 0,
  sent: 1,
  failed: 2,
  delivered: 3,
  read: 4,
  refused: 9,
  withdrawn: 9,
};

const attemptNumber = fc.integer({ min: 1, max: 3 });
const holder = fc.constantFrom('h1', 'h2');
const anything: fc.Arbitrary<{ name: string; transition: (now: number) => Transition }> = fc.oneof(
  holder.map((who) => ({ name: 'take-over', transition: (now: number) => takeOver(who, now, 1_000) })),
  fc.tuple(holder, attemptNumber).map(([who, n]) => ({
    name: 'begin',
    transition: (now: number) => (row: LedgerRow) =>
      row.attempts.some((one) => one.n === n)
        ? null
        : beginAttempt(who, anAttempt(n, now, row.attempts.length > 0), 1_000)(row),
  })),
  attemptNumber.map((n) => ({ name: 'taken', transition: () => attemptTaken(n, `p${n}`) })),
  fc
    .tuple(attemptNumber, fc.constantFrom('failed' as const, 'refused' as const, 'unknown' as const))
    .map(([n, outcome]) => ({ name: outcome, transition: () => attemptFailed(n, outcome, 'test') })),
  attemptNumber.map((n) => ({ name: 'absent', transition: () => attemptAbsent(n) })),
  attemptNumber.map((n) => ({ name: 'take-back', transition: () => takeBackAttempt(n, null) })),
  holder.map((who) => ({ name: 'release', transition: () => release(who) })),
  fc
    .tuple(
      attemptNumber,
      fc.constantFrom('queued' as const, 'sent' as const, 'delivered' as const, 'read' as const, 'failed' as const),
      fc.boolean(),
    )
    .map(([n, receipt, ended]) => ({
      name: receipt,
      transition: () => receiptCame(n, `p${n}`, receipt, { ended, reason: 'test' }),
    })),
  fc.constant({
    name: 'withdraw',
    transition:
      (now: number): Transition =>
      (row) =>
        row.withdrawnAt
          ? null
          : { ...row, withdrawnAt: new Date(now), state: row.state === 'claimed' ? 'withdrawn' : row.state },
  }),
);

test('whatever happens, in any order, a row only moves forward and forgets nothing that a provider took', () => {
  fc.assert(
    fc.property(fc.array(anything, { maxLength: 40 }), (steps) => {
      let row = aRow();
      for (const [index, { name, transition }] of steps.entries()) {
        const now = 1_000 + index * 300;
        const next = transition(now)(row);
        if (!next) continue;
        if (RANK[row.state] > 0) expect(RANK[next.state]).toBeGreaterThanOrEqual(RANK[row.state]);
        const taken = row.attempts.filter((one) => one.outcome === 'taken').map((one) => one.n);
        const after = next.attempts.filter((one) => one.outcome === 'taken').map((one) => one.n);
        expect(after).toEqual(expect.arrayContaining(taken));
        if (name === 'begin') expect([row.withdrawnAt, RANK[row.state]]).toEqual([null, 0]);
        if (next.state === 'claimed' || next.state === 'withdrawn') {
          expect(next.attempts.some((one) => one.outcome === 'calling')).toBe(false);
        }
        row = next;
      }
    }),
    { numRuns: 2_000 },
  );
});

test('repeating a step changes nothing', () => {
  const begun = beginAttempt('h1', anAttempt(1, 1_000, false), 1_000)(aRow())!;
  const taken = attemptTaken(1, 'p1')(begun)!;
  expect(attemptTaken(1, 'p1')(taken)).toBeNull();
  expect(receiptCame(1, 'p1', 'queued', { ended: false, reason: '' })(taken)).toBeNull();
  const delivered = receiptCame(1, 'p1', 'delivered', { ended: true, reason: '' })(taken)!;
  expect(receiptCame(1, 'p1', 'failed', { ended: true, reason: 'late' })(delivered)).toBeNull();
});

test('of two that went out, one failing does not make the page failed', () => {
  const row = {
    ...aRow(),
    state: 'sent' as const,
    attempts: [
      { ...anAttempt(1, 0, false), outcome: 'taken' as const },
      { ...anAttempt(2, 0, true), outcome: 'taken' as const },
    ],
  };
  const one = receiptCame(1, 'p1', 'failed', { ended: true, reason: 'busy' })(row)!;
  expect(one.state).toBe('sent');
  expect(receiptCame(2, 'p2', 'failed', { ended: true, reason: 'busy' })(one)?.state).toBe('failed');
});

function anAttempt(n: number, now: number, possibleRepeat: boolean) {
  const startedAt = new Date(now);
  return { provider: 'a', n, startedAt, outcome: 'calling' as const, possibleRepeat, tokenHash: `t${n}` };
}

function aRow(): LedgerRow {
  const key = aKey();
  return {
    _id: key.id,
    rev: 1,
    key,
    state: 'claimed',
    lease: { holder: 'h1', until: new Date(2_000) },
    attempts: [],
    words: { incidentNumber: 'INC-42', severity: 'high', title: '', ownerPersonId: '', note: '', drill: false },
    usefulUntil: new Date(60_000),
    reason: '',
    withdrawnAt: null,
    createdAt: new Date(0),
    expireAt: new Date(1e9),
  };
}
