import { type Attempt, isFinal, type LedgerRow, type RowState } from './row.ts';

/** A change of a row: the row after it, or null where there is nothing to change. Pure: the store makes it conditional. */
export type Transition = (row: LedgerRow) => LedgerRow | null;

/** How long an unknown outcome is left to callbacks before a look-up that finds nothing counts as "it is not there". */
export const LOOK_UP_GRACE_MS = 2_000;
/** After this long, an outcome that nothing could settle no longer keeps its provider from being asked again. */
export const UNSETTLED_MS = 10_000;

export function leaseIsLive(row: LedgerRow, now: number): boolean {
  return row.lease !== null && row.lease.until.getTime() > now;
}

/** Takes a row over that nobody works on. What the one before was calling has an unknown outcome now. */
export function takeOver(holder: string, now: number, leaseMs: number): Transition {
  return (row) => {
    if (isFinal(row.state) || row.withdrawnAt !== null || leaseIsLive(row, now)) return null;
    return {
      ...row,
      lease: { holder, until: new Date(now + leaseMs) },
      attempts: row.attempts.map((one) =>
        one.outcome === 'calling' ? { ...one, outcome: 'unknown', reason: 'cut-off' } : one,
      ),
    };
  };
}

/** Writes an attempt down and renews the lease: only for the holder, and only while nobody withdrew it. */
export function beginAttempt(holder: string, attempt: Attempt, leaseMs: number): Transition {
  return (row) => {
    if (isFinal(row.state) || row.withdrawnAt !== null || row.lease?.holder !== holder) return null;
    return {
      ...row,
      state: 'calling',
      lease: { holder, until: new Date(attempt.startedAt.getTime() + leaseMs) },
      attempts: [...row.attempts, attempt],
    };
  };
}

/** Takes back an attempt whose request was never made; `withdrawnAt` where that is because a withdrawal came. */
export function takeBackAttempt(n: number, withdrawnAt: Date | null): Transition {
  return (row) => {
    if (!row.attempts.some((one) => one.n === n && one.outcome === 'calling')) return null;
    const attempts = row.attempts.filter((one) => one.n !== n);
    return atRest({ ...row, attempts, withdrawnAt: row.withdrawnAt ?? withdrawnAt });
  };
}

/** A provider has it. This is true whoever finds it out, and whenever: it needs no lease. */
export function attemptTaken(n: number, providerId: string): Transition {
  return (row) => {
    const attempt = row.attempts.find((one) => one.n === n);
    if (!attempt || attempt.outcome === 'taken') return null;
    const next = withAttempt(row, n, { outcome: 'taken', providerId });
    return isFinal(row.state) ? next : { ...next, state: 'sent', lease: null, reason: '' };
  };
}

export function attemptFailed(n: number, outcome: 'failed' | 'refused' | 'unknown', reason: string): Transition {
  return (row) => {
    const attempt = row.attempts.find((one) => one.n === n);
    // A callback may have said more by now than our own request heard.
    if (attempt?.outcome !== 'calling' && !(attempt?.outcome === 'unknown' && outcome !== 'unknown')) return null;
    const next = withAttempt(row, n, { outcome, reason });
    if (isFinal(row.state)) return next;
    if (outcome === 'refused') return { ...next, state: 'refused', lease: null, reason };
    return { ...next, state: stateFrom(next), reason };
  };
}

/** A look-up found that the provider does not have it. */
export function attemptAbsent(n: number): Transition {
  return (row) => {
    if (row.attempts.find((one) => one.n === n)?.outcome !== 'unknown') return null;
    const next = withAttempt(row, n, { outcome: 'absent', reason: 'not-found-at-provider' });
    return isFinal(row.state) ? next : { ...next, state: stateFrom(next) };
  };
}

/** Leaves a row for the next request to go on with. */
export function release(holder: string): Transition {
  return (row) => (row.lease?.holder === holder ? atRest(row) : null);
}

export type ReceiptState = 'queued' | 'sent' | 'delivered' | 'read' | 'failed';

/** What a provider says of an attempt. Receipts come late, twice and in any order; a row only moves forward. */
export function receiptCame(
  n: number,
  providerId: string,
  receipt: ReceiptState,
  opts: { ended: boolean; reason: string },
): Transition {
  return (row) => {
    const attempt = row.attempts.find((one) => one.n === n);
    if (!attempt) return null;
    const taken = attemptTaken(n, providerId)(row) ?? row;
    const state = forward(taken, n, receipt);
    const ends = opts.ended && attempt.ended !== true;
    if (taken === row && state === row.state && !ends) return null;
    const next = ends ? withAttempt(taken, n, { ended: true }) : taken;
    return { ...next, state, reason: state === 'failed' && row.state !== 'failed' ? opts.reason : next.reason };
  };
}

/** What rang for this attempt rings no more. */
export function attemptEnded(n: number): Transition {
  return (row) => {
    const attempt = row.attempts.find((one) => one.n === n);
    return attempt && attempt.ended !== true ? withAttempt(row, n, { ended: true }) : null;
  };
}

const RANK: Record<RowState, number> = {
  claimed: 0,
  calling: 1,
  sent: 2,
  failed: 3,
  delivered: 4,
  read: 5,
  refused: 9,
  withdrawn: 9,
};

function forward(row: LedgerRow, n: number, receipt: ReceiptState): RowState {
  const to: RowState = receipt === 'queued' ? 'sent' : receipt;
  // One of two that went out failed: the other may still arrive.
  const otherWay = row.attempts.some((one) => one.n !== n && one.outcome === 'taken' && one.ended !== true);
  if (to === 'failed' && otherWay) return row.state;
  return RANK[to] > RANK[row.state] ? to : row.state;
}

function atRest(row: LedgerRow): LedgerRow {
  return isFinal(row.state) ? { ...row, lease: null } : { ...row, state: stateFrom(row), lease: null };
}

function stateFrom(row: LedgerRow): RowState {
  if (row.attempts.some((one) => one.outcome === 'calling' || one.outcome === 'unknown')) return 'calling';
  return row.withdrawnAt === null ? 'claimed' : 'withdrawn';
}

function withAttempt(row: LedgerRow, n: number, change: Partial<Attempt>): LedgerRow {
  return { ...row, attempts: row.attempts.map((one) => (one.n === n ? { ...one, ...change } : one)) };
}
