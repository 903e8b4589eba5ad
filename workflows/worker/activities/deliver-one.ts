import type { MessageInitShape } from '@bufbuild/protobuf';
import type { DeliveryOutcome, DeliveryResult, NotificationKey, NotificationKind } from '@tocsin/domain';
import { type Client, crashPoint, createBackoff, sleep, timestamp, Unavailable } from '@tocsin/platform';
import { type Incidents, WordsResponse_State as State } from '@tocsin/proto/incident/v1';
import { type Notifier, Outcome, type WordsSchema } from '@tocsin/proto/notifier/v1';
import { NotificationKind as ProtoKind } from '@tocsin/proto/page/v1';
import { ACTIVITY_TIMES } from '../../contracts/index.ts';

/** A provider request may start this long after the words were asked for: an answer stored before that is always seen. */
const WORDS_ARE_FRESH_MS = 250;
/** `incidents` may be silent this long; then generic words go: a page too many beats silence. */
const WORDS_PATIENCE_MS = 5_000;

export interface OneDelivery {
  key: NotificationKey;
  note: string;
  usefulUntil: number;
  /** When to stop and say `pending`. */
  until: number;
  signal: AbortSignal;
  incidents: Client<typeof Incidents>;
  notifier: Client<typeof Notifier>;
}

type Spoken =
  | { state: 'go'; words: Omit<MessageInitShape<typeof WordsSchema>, '$typeName' | '$unknown'>; goUntil: number }
  | { state: 'over' | 'held' | 'silent' };

/** Takes one notification as far as it goes: asks for the words, then the notifier, again and again until it is settled. */
export async function deliverOne(one: OneDelivery): Promise<DeliveryResult> {
  const result = (outcome: DeliveryOutcome, reachedProvider: boolean, reason: string): DeliveryResult => ({
    key: one.key.id,
    outcome,
    reachedProvider,
    reason,
  });
  const pause = createBackoff({ baseMs: 100, maxMs: 1_000 });
  const began = Date.now();
  let reached = false;
  let reason = 'out-of-time';
  const startedAt = Date.now();
  await crashPoint('worker.before-deliver');
  while (Date.now() < one.until && !one.signal.aborted) {
    const spoken = await askWords(one, startedAt);
    if (spoken.state === 'over') return result('over', reached, 'answered');
    if (spoken.state !== 'go') {
      reason = spoken.state === 'held' ? 'answer-undecided' : 'incidents-silent';
      await rest(one, Math.min(50 + (Date.now() - began) / 4, 250));
      continue;
    }
    const said = await askNotifier(one, spoken);
    reason = said.reason;
    switch (said.outcome) {
      case Outcome.SENT:
        await crashPoint('worker.delivered');
        return result('sent', true, said.possibleRepeat ? 'possible-repeat' : 'sent');
      case Outcome.REFUSED:
        return result('refused', true, said.reason);
      case Outcome.WITHDRAWN:
        return result('withdrawn', reached, 'withdrawn');
      case Outcome.EXPIRED:
        return result('expired', reached, 'expired');
      case Outcome.STALE:
        continue;
      case Outcome.FAILED:
        // The roster's silence, and ours, are not a provider's.
        reached ||= said.provider !== '';
        break;
      case Outcome.IN_PROGRESS:
      case Outcome.UNSPECIFIED:
        break;
      default:
        said.outcome satisfies never;
    }
    await rest(one, 50 + pause.next());
  }
  if (Date.now() >= one.usefulUntil) return result('expired', reached, 'expired');
  return result('pending', reached, reason);
}

async function askWords(one: OneDelivery, startedAt: number): Promise<Spoken> {
  const askedAt = Date.now();
  try {
    const answer = await one.incidents.words({ key: keyTo(one.key) }, { timeoutMs: 1_000 });
    if (answer.state === State.HELD) return { state: 'held' };
    if (answer.state === State.OVER) return { state: 'over' };
    return { state: 'go', words: answer.words ?? {}, goUntil: askedAt + WORDS_ARE_FRESH_MS };
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    if (Date.now() - startedAt < WORDS_PATIENCE_MS) return { state: 'silent' };
    return { state: 'go', words: {}, goUntil: Date.now() + WORDS_ARE_FRESH_MS };
  }
}

interface Said {
  outcome: Outcome;
  provider: string;
  possibleRepeat: boolean;
  reason: string;
}

async function askNotifier(one: OneDelivery, spoken: Extract<Spoken, { state: 'go' }>): Promise<Said> {
  try {
    return await one.notifier.deliver(
      {
        key: keyTo(one.key),
        words: { ...spoken.words, note: one.note },
        goUntil: timestamp(spoken.goUntil),
        usefulUntil: timestamp(one.usefulUntil),
      },
      { timeoutMs: ACTIVITY_TIMES.page.request, key: one.key.id },
    );
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    return { outcome: Outcome.UNSPECIFIED, provider: '', possibleRepeat: false, reason: error.code };
  }
}

async function rest(one: OneDelivery, ms: number): Promise<void> {
  await sleep(Math.min(ms, Math.max(one.until - Date.now(), 0)), one.signal).catch(() => undefined);
}

const KINDS: Record<NotificationKind, ProtoKind> = {
  page: ProtoKind.PAGE,
  taken: ProtoKind.TAKEN,
  update: ProtoKind.UPDATE,
  resolved: ProtoKind.RESOLVED,
};

function keyTo(key: NotificationKey) {
  return { ...key, kind: KINDS[key.kind] };
}
