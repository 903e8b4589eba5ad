import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isTaken, type LedgerRow, type RowState } from '../src/ledger/row.ts';
import {
  attemptAbsent,
  attemptFailed,
  attemptTaken,
  beginAttempt,
  type ReceiptState,
  receiptCame,
  release,
  type Transition,
  takeBackAttempt,
  takeOver,
} from '../src/ledger/transitions.ts';
import { aKey } from '../src/testing/index.ts';

/** Where a row can stand while some provider has it, in the order in which it moves. */
const WAY: RowState[] = ['sent', 'unanswered', 'delivered', 'read'];

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
      fc.constantFrom<ReceiptState>('queued', 'sent', 'unanswered', 'delivered', 'read', 'failed', 'refused'),
      fc.boolean(),
    )
    .map(([n, receipt, ended]) => ({
      name: `receipt ${receipt}`,
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

const failing = (name: string) => name === 'receipt failed' || name === 'receipt refused';

test('whatever happens, in any order, a row only moves forward and forgets nothing that a provider took', () => {
  fc.assert(
    fc.property(fc.array(anything, { maxLength: 40 }), (steps) => {
      let row = aRow();
      for (const [index, { name, transition }] of steps.entries()) {
        const now = 1_000 + index * 300;
        const next = transition(now)(row);
        if (!next) continue;
        // On its way it never goes back; only a receipt of failure takes it off its way, and never once it arrived.
        if (WAY.includes(row.state) && WAY.includes(next.state)) {
          expect(WAY.indexOf(next.state)).toBeGreaterThanOrEqual(WAY.indexOf(row.state));
        }
        if (WAY.includes(row.state) && !WAY.includes(next.state)) expect(failing(name)).toBe(true);
        const arrived = (of: LedgerRow) => of.attempts.filter((one) => one.arrived).map((one) => [one.n, one.outcome]);
        expect(arrived(next)).toEqual(expect.arrayContaining(arrived(row)));
        const taken = row.attempts.filter((one) => one.outcome === 'taken').map((one) => one.n);
        const after = next.attempts.filter((one) => one.outcome === 'taken').map((one) => one.n);
        if (!failing(name)) expect(after).toEqual(expect.arrayContaining(taken));
        if (name === 'begin') {
          expect([row.withdrawnAt, isTaken(row)]).toEqual([null, false]);
          expect(row.attempts.some((one) => one.outcome === 'refused')).toBe(false);
        }
        if (next.state === 'claimed' || next.state === 'withdrawn' || next.state === 'failed') {
          expect(next.attempts.some((one) => one.outcome === 'calling')).toBe(false);
        }
        expect(transition(now)(next)).toBeNull();
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

test('what failed after it was taken is open for another provider, and sent again only once it arrives after all', () => {
  const lost = receiptCame(1, 'p1', 'failed', { ended: true, reason: 'carrier-error' })(aTakenRow(1))!;
  expect(lost).toMatchObject({
    state: 'failed',
    reason: 'carrier-error',
    attempts: [{ outcome: 'lost', ended: true }],
  });
  for (const older of ['queued', 'sent', 'unanswered'] as const) {
    expect(receiptCame(1, 'p1', older, { ended: false, reason: '' })(lost)).toBeNull();
  }
  expect(takeOver('h2', 1_000, 500)(lost)).toMatchObject({ lease: { holder: 'h2' } });
  const arrived = receiptCame(1, 'p1', 'delivered', { ended: true, reason: '' })(lost)!;
  expect(arrived).toMatchObject({ state: 'delivered', reason: '', attempts: [{ outcome: 'taken' }] });
  expect(takeOver('h2', 1_000, 500)(arrived)).toBeNull();
});

test('a receipt that is faster than the answer to the request wins: its holder goes on', () => {
  const begun = beginAttempt('h1', anAttempt(1, 1_000, false), 1_000)(aRow())!;
  const lost = receiptCame(1, 'p1', 'failed', { ended: true, reason: 'carrier-error' })(begun)!;
  expect(lost).toMatchObject({ state: 'failed', lease: { holder: 'h1' } });
  expect(attemptTaken(1, 'p1')(lost)).toBeNull();
  expect(beginAttempt('h1', anAttempt(2, 1_100, false), 1_000)(lost)).toMatchObject({ state: 'calling' });
});

test('where the person’s side failed no other provider is asked', () => {
  const refused = receiptCame(1, 'p1', 'refused', { ended: true, reason: 'landline' })(aTakenRow(1))!;
  expect(refused).toMatchObject({ state: 'refused', reason: 'landline' });
  expect(takeOver('h2', 1_000, 500)(refused)).toBeNull();
});

test('of two that went out, one failing does not make the page failed', () => {
  const one = receiptCame(1, 'p1', 'failed', { ended: true, reason: 'carrier-error' })(aTakenRow(1, 2))!;
  expect(one.state).toBe('sent');
  expect(receiptCame(2, 'p2', 'failed', { ended: true, reason: 'carrier-error' })(one)?.state).toBe('failed');
});

function aTakenRow(...numbers: number[]): LedgerRow {
  const attempts = numbers.map((n) => ({ ...anAttempt(n, 0, n > 1), outcome: 'taken' as const, providerId: `p${n}` }));
  return { ...aRow(), state: 'sent', lease: null, attempts };
}

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
