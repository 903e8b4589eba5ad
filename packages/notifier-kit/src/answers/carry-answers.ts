import {
  crashPoint,
  currentTraceparent,
  type Logger,
  type Metrics,
  resumeSpan,
  sleep,
  timestamp,
} from '@tocsin/platform';
import { AnswerOutcome, type AnswerResponse } from '@tocsin/proto/incident/v1';
import type { Background } from '../background.ts';
import { type ChannelName, protoChannel } from '../channel.ts';
import { ANSWERS, type Facts } from '../facts.ts';
import { protoKey } from '../key.ts';
import { notifierMetrics } from '../metrics.ts';
import type { AnswerStore, Decision, StoredAnswer } from './answer-store.ts';

/** How long a person at a phone is kept waiting for the decision. */
const CALLER_WAITS_MS = 3_000;
const ASK_TIMEOUT_MS = 2_500;
const ASK_AGAIN_MS = 150;
const SWEEP_EVERY_MS = 500;
const AT_ONCE = 20;
/** After this many tries it is nobody's hurry any more. */
const TRIES_IN_A_HURRY = 100;

/** What a notifier asks of `incidents`. */
export interface IncidentsClient {
  answer(
    request: {
      answerId: string;
      key: ReturnType<typeof protoKey>;
      answer: (typeof ANSWERS)[keyof typeof ANSWERS];
      reason: string;
      at: ReturnType<typeof timestamp>;
      channel: ReturnType<typeof protoChannel>;
    },
    opts: { timeoutMs: number; key: string },
  ): Promise<AnswerResponse>;
}

export interface Answers {
  /**
   * Stores an answer and asks for the decision. Null where it did not come in about 3 s: the answer is safe, and is told on
   * until it is decided. Throws only where it could not be stored. `stored` is called once it is safe, for whoever cannot wait.
   */
  give(
    answer: Pick<StoredAnswer, '_id' | 'key' | 'answer' | 'reason' | 'at'>,
    stored?: () => void,
  ): Promise<Decision | null>;
  stop(): Promise<void>;
}

/** Brings answers to `incidents`: at once while the person waits, then by a sweep that any replica may do. */
export function createAnswers(opts: {
  store: AnswerStore;
  facts: Facts;
  incidents: IncidentsClient;
  channel: ChannelName;
  background: Background;
  log: Logger;
  metrics: Metrics;
}): Answers {
  const { store, facts, incidents, channel, background, log } = opts;
  const count = opts.metrics.counter(notifierMetrics.answers);
  const again = { scope: `notifier-${channel}`, name: 'carry answer', kind: 'internal' } as const;
  let sweeping: Promise<void> | undefined;

  async function tell(answer: StoredAnswer): Promise<void> {
    await facts.answered({ id: `${channel}/${answer._id}`, key: answer.key, answer: answer.answer, at: answer.at });
  }

  async function ask(answer: StoredAnswer, timeoutMs: number): Promise<Decision | null> {
    const { _id, key, reason, at } = answer;
    const request = {
      answerId: _id,
      key: protoKey(key),
      answer: ANSWERS[answer.answer],
      reason,
      at: timestamp(at.getTime()),
      channel: protoChannel(channel),
    };
    const decision = toDecision(await incidents.answer(request, { timeoutMs, key: _id }));
    if (decision) {
      await store.decide(_id, decision);
      log.info({ answer: _id, notification: key.id, outcome: decision.outcome }, 'answer decided');
    }
    return decision;
  }

  async function askAgainAndAgain(answer: StoredAnswer, until: number): Promise<Decision | null> {
    for (;;) {
      const left = until - Date.now();
      if (left <= 0) return null;
      try {
        const decision = await ask(answer, Math.min(ASK_TIMEOUT_MS, left));
        if (decision) return decision;
      } catch (err) {
        log.warn({ err, answer: answer._id }, 'answer not taken yet');
      }
      await sleep(Math.max(0, Math.min(ASK_AGAIN_MS, until - Date.now())));
    }
  }

  async function sweepOne(answer: StoredAnswer): Promise<void> {
    try {
      await tell(answer);
      if (await ask(answer, ASK_TIMEOUT_MS)) return;
    } catch (err) {
      log.warn({ err, answer: answer._id, tries: answer.tries }, 'answer not taken yet');
    }
    await store.postpone(answer._id, new Date(Date.now() + pauseMs(answer.tries)));
  }

  async function sweep(): Promise<void> {
    const due: Promise<void>[] = [];
    while (due.length < AT_ONCE) {
      const now = Date.now();
      // Should this replica die with it, another takes it up then.
      const answer = await store.takeDue(new Date(now), new Date(now + 2 * ASK_TIMEOUT_MS));
      if (!answer) break;
      due.push(resumeSpan(answer.trace, again, () => sweepOne(answer)));
    }
    await Promise.all(due);
  }

  const timer = setInterval(() => {
    sweeping ??= sweep()
      .catch((err: unknown) => log.warn({ err }, 'answers not swept, will be tried again'))
      .finally(() => {
        sweeping = undefined;
      });
  }, SWEEP_EVERY_MS);

  return {
    async give(answer, stored) {
      const until = Date.now() + CALLER_WAITS_MS;
      const trace = currentTraceparent();
      const kept = await store.keep({ ...answer, ...(trace ? { trace } : {}) }, new Date(until));
      stored?.();
      const counted = (decision: Decision | null) => {
        count({ channel, answer: kept.answer, outcome: decision?.outcome ?? 'stored' });
        return decision;
      };
      if (kept.decision) return counted(kept.decision);
      await crashPoint(`notifier-${channel}.answer-stored`);
      background.run('tell-answered', () => tell(kept));
      return counted(await askAgainAndAgain(kept, until));
    },
    async stop() {
      clearInterval(timer);
      await sweeping;
    },
  };
}

function pauseMs(tries: number): number {
  if (tries > TRIES_IN_A_HURRY) return 60_000;
  return Math.min(5_000, 250 * 2 ** Math.min(tries, 5));
}

function toDecision(said: AnswerResponse): Decision | null {
  const { ownerPersonId, incidentNumber } = said;
  const outcome = outcomeOf(said.outcome);
  return outcome && { outcome, ownerPersonId, incidentNumber };
}

function outcomeOf(outcome: AnswerOutcome): Decision['outcome'] | null {
  switch (outcome) {
    case AnswerOutcome.YOURS:
      return 'yours';
    case AnswerOutcome.TAKEN:
      return 'taken';
    case AnswerOutcome.OVER:
      return 'over';
    case AnswerOutcome.REJECTED:
      return 'rejected';
    case AnswerOutcome.RESOLVED:
      return 'resolved';
    case AnswerOutcome.ESCALATED:
      return 'escalated';
    default:
      return null;
  }
}
