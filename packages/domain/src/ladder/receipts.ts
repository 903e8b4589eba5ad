import { count, flag, text } from './entry-data.ts';
import type { LadderAttempt, LadderEntry, NotificationState } from './ladder-types.ts';

/** What providers said of one notification: in whatever order it was written, it reads the same. */
export interface Said {
  attempts: LadderAttempt[];
  state: Extract<NotificationState, 'unknown' | 'sent' | 'failed' | 'delivered'> | null;
  at: number;
  reason: string;
  /** Why no provider took it, where each that was asked refused. */
  refusal: string;
}

/** In the order in which they may follow each other: of one instant, too. */
const RECEIPTS = ['unknown', 'queued', 'sent', 'failed', 'delivered', 'read'];
const HAS_IT = ['queued', 'sent', 'delivered', 'read'];
const ARRIVED = ['delivered', 'read'];

/** Receipts by notification. */
export function receiptsIn(entries: readonly LadderEntry[]): Map<string, Said> {
  const own = new Map<string, Map<string, LadderEntry>>();
  for (const entry of entries) {
    if (entry.kind !== 'notification') continue;
    const id = text(entry, 'notification');
    const known = own.get(id) ?? new Map<string, LadderEntry>();
    own.set(id, known.set(entry.id, entry));
  }
  return new Map([...own].map(([id, some]) => [id, said([...some.values()])]));
}

function said(entries: LadderEntry[]): Said {
  const inOrder = entries.toSorted((a, b) => a.at - b.at || rank(a) - rank(b) || compare(a.id, b.id));
  const firstAt = (receipts: string[], among = inOrder) =>
    among.find((entry) => receipts.includes(text(entry, 'receipt')))?.at;
  const failures = inOrder.filter((entry) => text(entry, 'receipt') === 'failed');
  // A provider that has an id for it took it: what failed then is the sending itself. What was lost may be taken by the next.
  const newest = newestTaken(inOrder);
  const lost = newest.find((entry) => text(entry, 'receipt') === 'failed');
  const attempts = attemptsOf(inOrder);
  const refusal = failures.length > 0 ? text(failures.at(-1)!, 'reason') || 'provider-refused' : '';
  const states = [
    { state: 'delivered', at: firstAt(ARRIVED), reason: '' },
    { state: 'failed', at: lost?.at, reason: lost ? text(lost, 'reason') : '' },
    { state: 'sent', at: firstAt(HAS_IT, newest) ?? firstAt(HAS_IT), reason: '' },
    { state: 'unknown', at: firstAt(['unknown']), reason: 'outcome-unknown' },
  ] as const;
  const best = states.find((one) => one.at !== undefined);
  return { attempts, state: best?.state ?? null, at: best?.at ?? 0, reason: best?.reason ?? '', refusal };
}

/** What was said of the newest attempt that a provider took. */
function newestTaken(inOrder: LadderEntry[]): LadderEntry[] {
  const isTaken = (entry: LadderEntry) =>
    HAS_IT.includes(text(entry, 'receipt')) ||
    (text(entry, 'receipt') === 'failed' && text(entry, 'providerId') !== '');
  const taken = inOrder.filter(isTaken);
  const newest = taken.reduce((most, entry) => Math.max(most, attemptOf(entry)), 0);
  return taken.filter((entry) => attemptOf(entry) === newest);
}

function attemptsOf(inOrder: LadderEntry[]): LadderAttempt[] {
  const byNumber = new Map<number, LadderAttempt>();
  for (const entry of inOrder) {
    const number = attemptOf(entry);
    const known = byNumber.get(number) ?? {
      number,
      provider: '',
      providerId: '',
      possibleRepeat: false,
      reason: '',
      receipts: [],
    };
    byNumber.set(number, known);
    known.provider ||= text(entry, 'provider');
    known.providerId ||= text(entry, 'providerId');
    known.possibleRepeat ||= flag(entry, 'possibleRepeat');
    known.reason = text(entry, 'reason') || known.reason;
    known.receipts.push({ receipt: text(entry, 'receipt'), at: entry.at });
  }
  return [...byNumber.values()].sort((a, b) => a.number - b.number);
}

/** A receipt's id is `<channel>/<notification>/<attempt>/<receipt>`. */
function attemptOf(entry: LadderEntry): number {
  return count(entry.id.split('/').at(-2));
}

function rank(entry: LadderEntry): number {
  return RECEIPTS.indexOf(text(entry, 'receipt'));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
