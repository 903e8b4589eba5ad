import { type Attempt, isFinal, isTaken, type LedgerRow, type RowState, type WantedRevision } from './row.ts';

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
      attempts: cutOffAttempts(row),
    };
  };
}

function cutOffAttempts({ attempts }: LedgerRow): Attempt[] {
  return attempts.map((one) => (one.outcome === 'calling' ? { ...one, outcome: 'unknown', reason: 'cut-off' } : one));
}

/** Writes an attempt down and renews the lease: only for the holder, and only while nobody has it, refused it or withdrew it. */
export function beginAttempt(holder: string, attempt: Attempt, leaseMs: number): Transition {
  return (row) => {
    if (isFinal(row.state) || row.withdrawnAt !== null || row.lease?.holder !== holder) return null;
    if (row.attempts.some((one) => one.outcome === 'refused')) return null;
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

/**
 * A provider has it. This is true whoever finds it out, and whenever: it needs no lease. Only a receipt may know more, which
 * can be faster than the answer to the request.
 */
export function attemptTaken(n: number, providerId: string): Transition {
  return (row) => {
    const attempt = row.attempts.find((one) => one.n === n);
    if (!attempt || isHeardOf(attempt)) return null;
    return arrange(withAttempt(row, n, { outcome: 'taken', providerId }));
  };
}

export function attemptFailed(n: number, outcome: 'failed' | 'refused' | 'unknown', reason: string): Transition {
  return (row) => {
    const attempt = row.attempts.find((one) => one.n === n);
    // A callback may have said more by now than our own request heard.
    if (attempt?.outcome !== 'calling' && !(attempt?.outcome === 'unknown' && outcome !== 'unknown')) return null;
    const next = withAttempt(row, n, { outcome, reason });
    return arrange(isFinal(row.state) ? next : { ...next, reason });
  };
}

/** A look-up found that the provider does not have it. */
export function attemptAbsent(n: number): Transition {
  return (row) => {
    if (row.attempts.find((one) => one.n === n)?.outcome !== 'unknown') return null;
    return arrange(withAttempt(row, n, { outcome: 'absent', reason: 'not-found-at-provider' }));
  };
}

/** What somebody was calling when their lease ran out has an unknown outcome; nobody goes on with it. */
export function cutOff(now: number): Transition {
  return (row) => {
    if (leaseIsLive(row, now) || !row.attempts.some((one) => one.outcome === 'calling')) return null;
    return atRest({ ...row, attempts: cutOffAttempts(row) });
  };
}

/** Leaves a row for the next request to go on with. */
export function release(holder: string): Transition {
  return (row) => (row.lease?.holder === holder ? atRest(row) : null);
}

/** `failed` is this provider's way; `refused` the person's side: no provider will reach this address. */
export type ReceiptState = 'queued' | 'sent' | 'unanswered' | 'delivered' | 'read' | 'failed' | 'refused';

/**
 * What a provider says of an attempt. Receipts come late, twice and in any order: what arrived stays arrived, whatever fails
 * later; and what failed is only undone by its arrival.
 */
export function receiptCame(
  n: number,
  providerId: string,
  receipt: ReceiptState,
  { ended, reason }: { ended: boolean; reason: string },
): Transition {
  return (row) => {
    const attempt = row.attempts.find((one) => one.n === n);
    if (!attempt) return null;
    if (receipt === 'failed' || receipt === 'refused') {
      if (attempt.arrived || isLost(attempt)) return null;
      const outcome = receipt === 'failed' ? 'lost' : 'refused';
      const next = arrange(withAttempt(row, n, { outcome, providerId, reason, ended: true }));
      return isTaken(next) ? next : { ...next, reason };
    }
    const arrived = receipt === 'delivered' || receipt === 'read';
    if (isLost(attempt) && !arrived) return null;
    const known = withAttempt(row, n, {
      ...(attempt.outcome === 'taken' ? {} : { outcome: 'taken', providerId }),
      ...(arrived && !attempt.arrived ? { arrived } : {}),
      ...(ended && !attempt.ended ? { ended } : {}),
    });
    const next = forward(arrange(known), receipt === 'queued' ? 'sent' : receipt, reason);
    return JSON.stringify(next) === JSON.stringify(row) ? null : next;
  };
}

/** What rang for this attempt rings no more. */
export function attemptEnded(n: number): Transition {
  return (row) => {
    const attempt = row.attempts.find((one) => one.n === n);
    return attempt && attempt.ended !== true ? withAttempt(row, n, { ended: true }) : null;
  };
}

/** What became of a page is noted. The newest that the log tells stands; the same again changes nothing. */
export function revisionWanted(wanted: Omit<WantedRevision, 'drawn'>): Transition {
  return (row) => {
    const { revision: known } = row;
    if (known && known.position > 0 && known.position >= wanted.position) return null;
    // Only a message that says "somebody has it" is taken back by a new round of pages.
    if (wanted.state === 'again' && known?.state !== 'taken') return null;
    const isSame = known?.state === wanted.state && known.personId === wanted.personId;
    return { ...row, revision: { ...wanted, drawn: isSame && known.drawn } };
  };
}

/** The message says what was wanted at this position. */
export function revisionDrawn({ position, state, personId }: WantedRevision): Transition {
  return (row) => {
    const { revision } = row;
    if (!revision || revision.drawn || revision.position !== position) return null;
    // Answers at the message have no position of their own.
    if (revision.state !== state || revision.personId !== personId) return null;
    return { ...row, revision: { ...revision, drawn: true } };
  };
}

/** The provider had it, and said that it did not arrive. A refusal to take it at all leaves no id of the provider's. */
function isLost({ outcome, providerId }: Attempt): boolean {
  return outcome === 'lost' || (outcome === 'refused' && providerId !== undefined);
}

function isHeardOf(attempt: Attempt): boolean {
  return attempt.outcome === 'taken' || isLost(attempt);
}

const WAY: readonly RowState[] = ['sent', 'unanswered', 'delivered', 'read'];

/** Moves a row on that a provider has; never back. */
function forward(row: LedgerRow, to: RowState, reason: string): LedgerRow {
  return WAY.includes(row.state) && WAY.indexOf(to) > WAY.indexOf(row.state) ? { ...row, state: to, reason } : row;
}

/** The row with the state that its attempts amount to. Who works on it keeps the lease while there is something to do. */
function arrange(row: LedgerRow): LedgerRow {
  const state = stateFrom(row);
  if (WAY.includes(state) && !WAY.includes(row.state)) return { ...row, state, lease: null, reason: '' };
  return { ...row, state, lease: isFinal(state) ? null : row.lease };
}

function atRest(row: LedgerRow): LedgerRow {
  return { ...arrange(row), lease: null };
}

function stateFrom(row: LedgerRow): RowState {
  const { state, attempts, withdrawnAt } = row;
  if (state === 'refused' || state === 'withdrawn') return state;
  if (isTaken(row)) return WAY.includes(state) ? state : 'sent';
  const some = (...outcomes: Attempt['outcome'][]) => attempts.some((one) => outcomes.includes(one.outcome));
  if (some('calling', 'unknown')) return 'calling';
  if (some('refused')) return 'refused';
  if (withdrawnAt !== null) return 'withdrawn';
  return some('lost') ? 'failed' : 'claimed';
}

function withAttempt(row: LedgerRow, n: number, change: Partial<Attempt>): LedgerRow {
  return { ...row, attempts: row.attempts.map((one) => (one.n === n ? { ...one, ...change } : one)) };
}
