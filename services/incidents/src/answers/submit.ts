import { Conflict, crashPoint, currentTraceparent, enterSpan, isDuplicateKey, type Logger } from '@tocsin/platform';
import type { WorkflowPort } from '../courier/workflow-port.ts';
import type { AnswerDoc, AskedEvent, Collections, StoredDecision } from '../store/collections.ts';

export interface SubmitDeps {
  collections: Collections;
  workflows: WorkflowPort;
  log: Logger;
}

export interface Submission {
  incidentId: string;
  escalationId: string;
  personId: string;
  said: string;
  /** Its id is the answer's: repeats are the same answer. */
  event: AskedEvent;
}

const FIRST_RETRY_MS = 1_000;
/** While it is undecided pages are held, so it is never long before it is asked for again. */
const LONGEST_RETRY_MS = 5_000;
/** Left-over answers asked for at once: one workflow that is stuck holds up few others. */
const AT_ONCE = 8;
/** Rounds are short: a service that stops waits for one. */
const A_ROUND = 64;
const LEFT_OVER = { scope: 'incidents', name: 'decide left-over answer', kind: 'internal' } as const;
const OVER: StoredDecision = { outcome: 'over', ownerId: null, round: 0, reason: 'closed' };

/**
 * Stores an answer, then asks the workflow to decide on it. The store comes first: from then on no words go out for a page that
 * it may end. Resolves with the decision, or with null where it is stored and not decided yet; asked again, the first decision
 * is given.
 */
export async function submit(deps: SubmitDeps, submission: Submission): Promise<StoredDecision | null> {
  const { answers } = deps.collections;
  const _id = `${submission.incidentId}/${submission.event.id}`;
  const now = new Date();
  const trace = currentTraceparent();
  const doc: AnswerDoc = {
    _id,
    ...submission,
    storedAt: now,
    decision: null,
    nextAskAt: new Date(now.getTime() + FIRST_RETRY_MS * 4),
    asked: 0,
    ...(trace ? { trace } : {}),
  };
  try {
    await answers.insertOne(doc);
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const known = await answers.findOne({ _id });
    if (!known) return null;
    if (known.said !== submission.said || known.personId !== submission.personId) {
      throw new Conflict('this id was used for another answer', { code: 'id-used', field: 'id' });
    }
    return known.decision ?? decide(deps, known);
  }
  await crashPoint('incidents.answer-stored');
  return decide(deps, doc);
}

/** Asks the workflow. What it says is stored, and the first decision stored is the one that everybody hears. */
export async function decide(deps: SubmitDeps, answer: AnswerDoc): Promise<StoredDecision | null> {
  const { collections, workflows, log } = deps;
  const { _id, incidentId, event, isTold = false } = answer;
  try {
    const decision = await workflows.ask(incidentId, event, isTold);
    await crashPoint('incidents.answer-decided');
    if (decision === 'told') {
      log.warn({ incidentId, answerId: _id }, 'workflow did not decide in time');
      if (!isTold) await collections.answers.updateOne({ _id }, { $set: { isTold: true } });
      return null;
    }
    if (decision) return await store(collections, _id, decision);
    const incident = await collections.incidents.findOne({ _id: incidentId }, { projection: { status: 1 } });
    if (!incident || incident.status === 'closed') return await store(collections, _id, OVER);
    // Open, and no workflow runs: it is made again from the log, and asked then.
    return null;
  } catch (err) {
    log.warn({ err, incidentId, answerId: _id }, 'workflow could not be asked');
    return null;
  }
}

async function store(
  collections: Collections,
  id: string,
  { outcome, ownerId, round, reason }: StoredDecision,
): Promise<StoredDecision> {
  const decision = { outcome, ownerId, round, reason };
  await collections.answers.updateOne({ _id: id, decision: null }, { $set: { decision } });
  const stored = await collections.answers.findOne({ _id: id }, { projection: { decision: 1 } });
  return stored?.decision ?? decision;
}

/** Asks again for what was stored and not decided: after a crash, or while Temporal was away. */
export async function decideLeftOver(deps: SubmitDeps): Promise<void> {
  let left = A_ROUND;
  const askOneByOne = async () => {
    while (left-- > 0) {
      const next = await takeLeftOver(deps.collections);
      if (!next) return;
      await enterSpan(next.trace, LEFT_OVER, () => decide(deps, next));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, askOneByOne));
}

function takeLeftOver({ answers }: Collections): Promise<AnswerDoc | null> {
  const now = new Date();
  const pause = { $min: [LONGEST_RETRY_MS, { $multiply: [FIRST_RETRY_MS, { $add: ['$asked', 1] }] }] };
  return answers.findOneAndUpdate(
    { decision: null, nextAskAt: { $lte: now } },
    [{ $set: { asked: { $add: ['$asked', 1] }, nextAskAt: { $add: [now, pause] } } }],
    { sort: { nextAskAt: 1 }, returnDocument: 'after' },
  );
}
