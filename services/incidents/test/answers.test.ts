import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Decision } from '@tocsin/domain';
import { newId, until } from '@tocsin/platform';
import { AnswerOutcome as Outcome, WordsResponse_State as State } from '@tocsin/proto/incident/v1';
import { AnswerKind, NotificationKind } from '@tocsin/proto/page/v1';
import { Channel } from '@tocsin/proto/roster/v1';
import { foldBatch } from '../src/intake/fold-batch.ts';
import { type Ask, fakeWorkflows } from './fake-workflows.ts';
import { folding, type Harness, openHarness } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await openHarness();
});
afterEach(() => harness.stopReplicas());
afterAll(() => harness.close());

test('an answer is stored before the workflow is asked; words are held until it is decided, then over', async () => {
  const decided = Promise.withResolvers<Decision>();
  const storedWhenAsked: unknown[] = [];
  const incidentId = await openedBy(async (id) => {
    storedWhenAsked.push(await harness.collections.answers.findOne({ incidentId: id }));
    return decided.promise;
  });
  expect(await words(incidentId, 'ada')).toMatchObject({ state: State.GO, words: { title: 'Disk is full' } });
  const answering = answer(incidentId, 'ada', AnswerKind.ACCEPT);
  await until(() => storedWhenAsked.length === 1);
  expect(storedWhenAsked).toMatchObject([{ said: 'accept', personId: 'ada', decision: null }]);
  expect((await words(incidentId, 'ada')).state).toBe(State.HELD);
  expect((await words(incidentId, 'ben')).state).toBe(State.HELD);
  decided.resolve(decision('yours', 'ada'));
  expect(await answering).toMatchObject({ outcome: Outcome.YOURS, ownerPersonId: 'ada' });
  expect((await words(incidentId, 'ben')).state).toBe(State.OVER);
  // Paging that is taken up again is of a later round.
  expect((await words(incidentId, 'ben', 2)).state).toBe(State.GO);
  expect((await words(incidentId, 'ben', 1, NotificationKind.TAKEN)).state).toBe(State.GO);
});

test('a reject holds, and then ends, only the pages of who rejected', async () => {
  const decided = Promise.withResolvers<Decision>();
  const incidentId = await openedBy(() => decided.promise);
  const answering = answer(incidentId, 'ada', AnswerKind.REJECT, { reason: 'on a plane' });
  await until(async () => (await words(incidentId, 'ada')).state === State.HELD);
  expect((await words(incidentId, 'ben')).state).toBe(State.GO);
  decided.resolve(decision('rejected', null));
  expect(await answering).toMatchObject({ outcome: Outcome.REJECTED });
  expect((await words(incidentId, 'ada')).state).toBe(State.OVER);
  expect((await words(incidentId, 'ben')).state).toBe(State.GO);
  expect(await harness.collections.notes.find({ incidentId }).toArray()).toMatchObject([{ text: 'on a plane' }]);
});

test('the same answer is asked for once more and hears the first decision; its id cannot mean another', async () => {
  let asked = 0;
  const incidentId = await openedBy(async () => decision('yours', asked++ === 0 ? 'ada' : 'ben'));
  const answerId = newId();
  const first = await answer(incidentId, 'ada', AnswerKind.ACCEPT, { answerId });
  expect(await answer(incidentId, 'ada', AnswerKind.ACCEPT, { answerId })).toEqual(first);
  expect(asked).toBe(1);
  await expect(answer(incidentId, 'ben', AnswerKind.ACCEPT, { answerId })).rejects.toMatchObject({ code: 'id-used' });
});

test('a command id that another organisation used is no repeat', async () => {
  const commandId = 'the-same';
  const outcomes: unknown[] = [];
  const ids = [await opened(), await opened()];
  await harness.replica(fakeWorkflows({ ask: async (id) => decision('yours', `owner of ${id}`) }));
  for (const id of ids) {
    const { organisationId } = (await harness.collections.incidents.findOne({ _id: id }))!;
    const command = { case: 'accept' as const, value: {} };
    const request = { commandId, incident: 'INC-1', organisationId, byPersonId: 'ada', command };
    outcomes.push((await harness.incidents.command(request)).ownerPersonId);
  }
  expect(outcomes).toEqual(ids.map((id) => `owner of ${id}`));
});

test('an undecided answer is asked for again until it is decided, after a restart too', async () => {
  const incidentId = await openedBy(async () => {
    throw new Error('Temporal is away');
  });
  const answerId = newId();
  expect(await answer(incidentId, 'ada', AnswerKind.ACCEPT, { answerId })).toMatchObject({ outcome: Outcome.STORED });
  await harness.stopReplicas();

  let asked = 0;
  const asking: Ask = async (_, { id }) => {
    expect(id).toBe(answerId);
    asked += 1;
    // First it is still away, then it knows no such workflow yet, then it decides.
    if (asked === 1) throw new Error('Temporal is away');
    return asked === 2 ? null : decision('yours', 'ada');
  };
  await harness.replica(fakeWorkflows({ ask: asking }));
  expect((await words(incidentId, 'ben')).state).toBe(State.HELD);
  await until(async () => (await words(incidentId, 'ben')).state === State.OVER, { timeoutMs: 15_000, everyMs: 100 });
  expect(asked).toBe(3);
  expect(await answer(incidentId, 'ada', AnswerKind.ACCEPT, { answerId })).toMatchObject({ outcome: Outcome.YOURS });
}, 30_000);

let organisations = 0;

async function opened(): Promise<string> {
  const [one] = await foldBatch(harness.client, harness.collections, [folding(`organisation-${++organisations}`)]);
  return one!.incidentId;
}

/** An open incident, and a replica whose workflow decides so. */
async function openedBy(ask: Ask): Promise<string> {
  const incidentId = await opened();
  await harness.replica(fakeWorkflows({ ask }));
  return incidentId;
}

function keyOf(incidentId: string, personId: string, round = 1, kind = NotificationKind.PAGE) {
  return {
    id: newId(),
    incidentId,
    escalationId: 'response',
    round,
    layer: 1,
    personId,
    contactMethodId: 'sms',
    repeat: 1,
    kind,
  };
}

function words(incidentId: string, personId: string, round = 1, kind = NotificationKind.PAGE) {
  return harness.incidents.words({ key: keyOf(incidentId, personId, round, kind) });
}

function answer(
  incidentId: string,
  personId: string,
  said: AnswerKind,
  over: { answerId?: string; reason?: string } = {},
) {
  const request = { answerId: newId(), key: keyOf(incidentId, personId), answer: said, channel: Channel.SMS, ...over };
  return harness.incidents.answer(request);
}

function decision(outcome: Decision['outcome'], ownerId: string | null): Decision {
  return { outcome, ownerId, escalationId: 'response', round: 1, reason: 'test' };
}
