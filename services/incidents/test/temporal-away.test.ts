import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createTemporalClient, newId, until } from '@tocsin/platform';
import { AnswerOutcome as Outcome, WordsResponse_State as State } from '@tocsin/proto/incident/v1';
import { AnswerKind, NotificationKind } from '@tocsin/proto/page/v1';
import { Channel } from '@tocsin/proto/roster/v1';
import { incidentWorkflowId } from '@tocsin/workflows/contracts';
import { alert, type Harness, openHarness } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await openHarness({ temporal: 'own' });
}, 120_000);
afterAll(() => harness.close());

test('started while Temporal is away, incidents takes alerts and answers and the log, and tells all of it later', async () => {
  const temporal = harness.engines.engines.temporal!;
  await temporal.kill();
  await harness.replica(null);

  const one = alert('away');
  await harness.receive([one]);
  const [incident] = await harness.incidentsOf('away', 1);
  const { _id: incidentId } = incident!;
  await until(() => harness.decided.some((decision) => decision.alertId === one.alertId), { what: 'the decision' });

  const page = { escalationId: 'response', round: 1, layer: 1, personId: 'ada', contactMethodId: 'sms', repeat: 1 };
  const key = { ...page, id: newId(), incidentId, kind: NotificationKind.PAGE };
  expect(await harness.incidents.words({ key })).toMatchObject({ state: State.GO });
  const answer = { answerId: newId(), key, answer: AnswerKind.ACCEPT, channel: Channel.SMS };
  expect(await harness.incidents.answer(answer, { timeoutMs: 10_000 })).toMatchObject({ outcome: Outcome.STORED });
  expect(await harness.incidents.words({ key })).toMatchObject({ state: State.HELD });
  const entry = { id: `${incidentId}/2-1`, kind: 'layer-started', dataJson: JSON.stringify({ round: 1, layer: 1 }) };
  expect(await harness.incidents.append({ incidentId, entries: [entry] })).toMatchObject({ head: 2n });
  expect(await harness.collections.incidents.findOne({ _id: incidentId })).toMatchObject({ untold: true });

  await temporal.restart();
  const told = () => harness.collections.incidents.findOne({ _id: incidentId, untold: false, toldVersion: 1 });
  await until(async () => (await told()) !== null, { what: 'the courier to catch up', timeoutMs: 60_000 });
  const { client, connection } = await createTemporalClient(harness.engines.temporalAddress, harness.engines.namespace);
  try {
    const handle = client.workflow.getHandle(incidentWorkflowId(incidentId));
    const heard = async () => {
      const { events } = await handle.fetchHistory();
      const signals = events?.flatMap((event) => event.workflowExecutionSignaledEventAttributes?.signalName ?? []);
      return signals?.includes('alerts') && signals.includes('event');
    };
    // No worker runs here that could decide: the answer is a signal of the workflow's, and is there when one does.
    await until(heard, { what: 'the left-over answer to reach the workflow', timeoutMs: 60_000 });
  } finally {
    await connection.close();
  }
}, 180_000);
