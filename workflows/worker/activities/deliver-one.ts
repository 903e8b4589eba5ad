import type { DeliveryOutcome, DeliveryResult, NotificationKey } from '@tocsin/domain';
import { type Client, crashPoint, createBackoff, sleep, TocsinError, timestamp } from '@tocsin/platform';
import { type Notifier, Outcome } from '@tocsin/proto/notifier/v1';
import { ACTIVITY_TIMES } from '../../contracts/index.ts';
import type { Passage } from './passage.ts';
import { keyTo } from './to-proto.ts';
import { type Spoken, withNote } from './words.ts';

/** With less time than this a request is only cut off: it is left to the next attempt. */
const SHORTEST_REQUEST_MS = 600;

export interface OneDelivery {
  key: NotificationKey;
  organisationId: string;
  note: string;
  usefulUntil: number;
  /** When to stop and say `pending`. */
  until: number;
  signal: AbortSignal;
  askWords(key: NotificationKey, organisationId: string): Promise<Spoken>;
  notifier: Client<typeof Notifier>;
  /** Of this channel's path: everybody's who goes by it from here. */
  passage: Passage;
}

interface Said {
  outcome: Outcome;
  /** Who took it, or was asked last; empty: no provider was asked. */
  provider: string;
  possibleRepeat: boolean;
  reason: string;
}

const STALE: Said = { outcome: Outcome.STALE, provider: '', possibleRepeat: false, reason: 'words-too-old' };

/**
 * Takes one notification as far as it goes: asks for the words, then the notifier, again and again until it is settled. Rejects
 * never: what is in the way is `pending`, and the plan decides how long it is tried.
 */
export async function deliverOne(one: OneDelivery): Promise<DeliveryResult> {
  let reachedProvider = false;
  const result = (outcome: DeliveryOutcome, reason: string): DeliveryResult => ({
    key: one.key.id,
    outcome,
    reachedProvider,
    reason,
  });
  const held = createPause(50, 250);
  const again = createPause(100, 1_000);
  let stale = 0;
  let reason = 'path-busy';
  await crashPoint('worker.before-deliver');
  while (timeLeft(one) > 0) {
    const said = await attempt(one);
    if (said === null) break;
    if (said === 'over') return result('over', 'answered');
    if (said === 'held' || said === 'silent') {
      reason = said === 'held' ? 'answer-undecided' : 'incidents-silent';
      await rest(one, held());
      continue;
    }
    reason = said.reason;
    reachedProvider ||= said.provider !== '';
    switch (said.outcome) {
      case Outcome.SENT:
        await crashPoint('worker.delivered');
        return result('sent', said.possibleRepeat ? 'possible-repeat' : 'sent');
      case Outcome.REFUSED:
        return result('refused', said.reason);
      case Outcome.UNDELIVERED:
        return result('undelivered', said.reason);
      case Outcome.WITHDRAWN:
        return result('withdrawn', 'withdrawn');
      case Outcome.EXPIRED:
        return result('expired', 'expired');
      case Outcome.STALE:
        // Once is a slow moment; more often it is a path that is overrun, or two clocks that differ: asking faster mends neither.
        stale += 1;
        if (stale > 1) await rest(one, again());
        continue;
      case Outcome.FAILED:
      case Outcome.IN_PROGRESS:
      case Outcome.UNSPECIFIED:
        break;
      default:
        said.outcome satisfies never;
    }
    await rest(one, again());
  }
  return Date.now() >= one.usefulUntil ? result('expired', 'expired') : result('pending', reason);
}

/** Words and request, one right after the other; null where its turn did not come while it was wanted. */
async function attempt(one: OneDelivery): Promise<Said | 'over' | 'held' | 'silent' | null> {
  const { passage } = one;
  if (!(await passage.enter(timeLeft(one), one.signal))) return null;
  try {
    const spoken = await one.askWords(one.key, one.organisationId);
    if (spoken.state !== 'go') return spoken.state;
    const said = Date.now() < spoken.goUntil ? await askNotifier(one, spoken) : STALE;
    if (said.outcome === Outcome.STALE) passage.narrow();
    else if (said.outcome !== Outcome.UNSPECIFIED) passage.widen();
    return said;
  } finally {
    passage.leave();
  }
}

/** Until the last moment at which a request is worth beginning; 0 where nobody wants it any more. */
function timeLeft({ until, usefulUntil, signal }: OneDelivery): number {
  if (signal.aborted) return 0;
  return Math.max(Math.min(until - SHORTEST_REQUEST_MS, usefulUntil) - Date.now(), 0);
}

async function askNotifier(one: OneDelivery, spoken: Extract<Spoken, { state: 'go' }>): Promise<Said> {
  const { key, organisationId, note, usefulUntil, until } = one;
  const { request } = ACTIVITY_TIMES.page;
  try {
    return await one.notifier.deliver(
      {
        key: keyTo(key, organisationId),
        words: withNote(spoken.words, key.kind, note),
        goUntil: timestamp(spoken.goUntil),
        usefulUntil: timestamp(usefulUntil),
      },
      { timeoutMs: request, deadlineAt: until, key: key.id },
    );
  } catch (error) {
    const reason = error instanceof TocsinError ? error.code : 'notifier-failed';
    return { outcome: Outcome.UNSPECIFIED, provider: '', possibleRepeat: false, reason };
  }
}

/** At least `fromMs`, up to `toMs` the more often it is asked for: random, so that 50 do not come back at the same moment. */
function createPause(fromMs: number, toMs: number): () => number {
  const backoff = createBackoff({ baseMs: fromMs, maxMs: toMs - fromMs });
  return () => fromMs + backoff.next();
}

async function rest(one: OneDelivery, ms: number): Promise<void> {
  await sleep(Math.min(ms, timeLeft(one)), one.signal).catch(() => undefined);
}
