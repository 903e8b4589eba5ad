import type { IncidentEvent } from '@tocsin/domain';
import { crashPoint, isDuplicateKey, type Logger } from '@tocsin/platform';
import type { WorkflowPort } from '../courier/workflow-port.ts';
import type { AnswerDoc, Collections, StoredDecision } from '../store/collections.ts';

export interface SubmitDeps {
  collections: Collections;
  workflows: WorkflowPort;
  log: Logger;
}

export interface Submission {
  id: string;
  incidentId: string;
  escalationId: string;
  personId: string;
  said: string;
  event: IncidentEvent;
}

const FIRST_RETRY_MS = 1_000;
const OVER: StoredDecision = { outcome: 'over', ownerId: null, round: 0, reason: 'closed' };

/**
 * Stores an answer, then asks the workflow to decide on it. The store comes first: from then on no words go out for a page that
 * it may end. Resolves with the decision, or with null where it is stored and not decided yet; asked again, the first decision
 * is given.
 */
export async function submit(deps: SubmitDeps, submission: Submission): Promise<StoredDecision | null> {
  const { answers } = deps.collections;
  const { id, ...rest } = submission;
  const now = new Date();
  const doc: AnswerDoc = {
    _id: id,
    ...rest,
    storedAt: now,
    decision: null,
    nextAskAt: new Date(now.getTime() + FIRST_RETRY_MS * 4),
    asked: 0,
  };
  try {
    await answers.insertOne(doc);
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const known = await answers.findOne({ _id: id });
    if (known?.decision) return known.decision;
    return known ? decide(deps, known) : null;
  }
  await crashPoint('incidents.answer-stored');
  return decide(deps, doc);
}

/** Asks the workflow. What it says is stored, and the first decision stored is the one that everybody hears. */
export async function decide(deps: SubmitDeps, answer: AnswerDoc): Promise<StoredDecision | null> {
  const { collections, workflows, log } = deps;
  const { _id, incidentId, event } = answer;
  try {
    const decision = await workflows.ask(incidentId, _id, event);
    await crashPoint('incidents.answer-decided');
    if (decision) return await store(collections, _id, decision);
    const incident = await collections.incidents.findOne({ _id: incidentId }, { projection: { status: 1 } });
    if (!incident || incident.status === 'closed') return await store(collections, _id, OVER);
    // Open, and no workflow runs: it is made again from the log, and asked then.
    return null;
  } catch (err) {
    log.warn({ err, incidentId, answerId: _id }, 'workflow did not decide in time');
    await workflows.send(incidentId, event).catch(() => undefined);
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
  const { answers } = deps.collections;
  for (;;) {
    const now = Date.now();
    const next = await answers.findOneAndUpdate(
      { decision: null, nextAskAt: { $lte: new Date(now) } },
      [
        {
          $set: {
            asked: { $add: ['$asked', 1] },
            nextAskAt: {
              $add: [new Date(now), { $min: [60_000, { $multiply: [FIRST_RETRY_MS, { $add: ['$asked', 1] }] }] }],
            },
          },
        },
      ],
      { sort: { nextAskAt: 1 }, returnDocument: 'after' },
    );
    if (!next) return;
    await decide(deps, next);
  }
}
