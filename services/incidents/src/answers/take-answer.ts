import type { Channel, PersonAnswer } from '@tocsin/domain';
import { InvalidInput, NotFound } from '@tocsin/platform';
import { AnswerOutcome, type AnswerRequest } from '@tocsin/proto/incident/v1';
import { AnswerKind } from '@tocsin/proto/page/v1';
import { Channel as ProtoChannel } from '@tocsin/proto/roster/v1';
import type { StoredDecision } from '../store/collections.ts';
import { LONGEST_NOTE, storeNote } from './store-note.ts';
import { type SubmitDeps, submit } from './submit.ts';

const SAID: Record<number, PersonAnswer> = {
  [AnswerKind.ACCEPT]: 'accept',
  [AnswerKind.REJECT]: 'reject',
  [AnswerKind.RESOLVE]: 'resolve',
  [AnswerKind.ESCALATE]: 'escalate',
};

const OUTCOMES: Record<string, AnswerOutcome> = {
  yours: AnswerOutcome.YOURS,
  taken: AnswerOutcome.TAKEN,
  over: AnswerOutcome.OVER,
  rejected: AnswerOutcome.REJECTED,
  resolved: AnswerOutcome.RESOLVED,
  escalated: AnswerOutcome.ESCALATED,
  done: AnswerOutcome.DONE,
};

/** An answer that a notifier brings. */
export async function takeAnswer(deps: SubmitDeps, request: AnswerRequest) {
  const { key, answerId } = request;
  const said = SAID[request.answer];
  if (answerId === '')
    throw new InvalidInput('an answer needs an id', { code: 'answer-id-missing', field: 'answer_id' });
  if (!key) throw new InvalidInput('an answer names the page it answers', { code: 'key-missing', field: 'key' });
  if (!said) throw new InvalidInput('this is no answer', { code: 'answer-unknown', field: 'answer' });
  const incident = await deps.collections.incidents.findOne({ _id: key.incidentId }, { projection: { number: 1 } });
  if (!incident)
    throw new NotFound('there is no such incident', { code: 'incident-unknown', field: 'key.incident_id' });
  const { incidentId, escalationId, personId, round, layer } = key;
  const channel = (ProtoChannel[request.channel]?.toLowerCase() ?? 'sms') as Channel;
  // Text rests apart from the log. It is stored first: once the answer is taken nobody brings it again.
  if (request.reason.trim() !== '') {
    const text = request.reason.slice(0, LONGEST_NOTE);
    await storeNote(deps.collections, `${incidentId}/${answerId}/reason`, { incidentId, text, by: personId });
  }
  const decision = await submit(deps, {
    incidentId,
    escalationId,
    personId,
    said,
    event: { kind: 'answer', id: answerId, answer: said, personId, escalationId, round, layer, channel },
  });
  return answered(decision, incident.number);
}

export function answered(decision: StoredDecision | null, incidentNumber: string) {
  if (!decision) return { outcome: AnswerOutcome.STORED, incidentNumber };
  return {
    outcome: OUTCOMES[decision.outcome] ?? AnswerOutcome.OVER,
    ownerPersonId: decision.ownerId ?? '',
    incidentNumber,
  };
}
