import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { IncidentEvent } from '@tocsin/domain';
import { newId, until } from '@tocsin/platform';
import { NotificationKind, Receipt } from '@tocsin/proto/page/v1';
import { Channel } from '@tocsin/proto/roster/v1';
import { foldBatch } from '../src/intake/fold-batch.ts';
import { fakeWorkflows } from './fake-workflows.ts';
import { folding, type Harness, openHarness } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await openHarness();
});
afterEach(() => harness.stopReplicas());
afterAll(() => harness.close());

const lost = (incidentId: string, attempt = 1) => progressed(incidentId, { lost: true, attempt });
const heardBy = (heard: [string, IncidentEvent][], incidentId: string) =>
  heard.filter(([id]) => id === incidentId).map(([, event]) => event);

test('what was lost after a provider took it is on the timeline, and the workflow hears of it', async () => {
  const heard = await hearing();
  const incidentId = await opened();
  await harness.progress([progressed(incidentId, { lost: false, receipt: Receipt.FAILED }), lost(incidentId, 2)]);
  await until(() => heardBy(heard, incidentId).length > 0, { what: 'the workflow to hear' });
  expect(heardBy(heard, incidentId)).toEqual([
    { kind: 'receipt-failed', key: keyOf(incidentId).id, attempt: 2, reason: 'carrier-error' },
  ]);
  const log = await harness.collections.log.find({ incidentId, kind: 'notification' }).toArray();
  expect(log.map((one) => one.data.receipt)).toEqual(['failed', 'failed']);
  await until(async () => (await harness.collections.messages.countDocuments({ incidentId })) === 0);
});

test('a workflow that is away holds up nobody else, and hears of it when it is back', async () => {
  let away: string | null = null;
  const heard = await hearing(async (incidentId) => {
    if (incidentId === away) throw new Error('away');
  });
  const [one, other] = [await opened(), await opened()];
  away = one;
  await harness.progress([lost(one), lost(other)]);
  await until(() => heardBy(heard, other).length === 1, { what: 'the other to hear' });
  await harness.progress([lost(other, 2)]);
  await until(() => heardBy(heard, other).length === 2, { what: 'the other to hear again' });
  expect(heardBy(heard, one)).toEqual([]);
  away = null;
  await until(() => heardBy(heard, one).length === 1, { what: 'the one to hear after all' });
});

test('what one replica stored and did not tell another tells', async () => {
  const first = await hearing(async () => {
    throw new Error('Temporal is away');
  });
  const incidentId = await opened();
  await harness.progress([lost(incidentId)]);
  await until(() => harness.collections.messages.findOne({ incidentId }), { what: 'the message to be stored' });
  await harness.stopReplicas();
  const second = await hearing();
  await until(() => heardBy(second, incidentId).length === 1, { timeoutMs: 15_000, what: 'the workflow to hear' });
  expect(heardBy(first, incidentId)).toEqual([]);
});

test('a message to an incident that is closed is dropped', async () => {
  await hearing(async () => {
    throw new Error('no such workflow');
  });
  const incidentId = await opened();
  await harness.collections.incidents.updateOne(
    { _id: incidentId },
    { $set: { status: 'closed', closedAt: new Date() } },
  );
  await harness.progress([lost(incidentId)]);
  await until(() => harness.collections.log.findOne({ incidentId, kind: 'notification' }), { what: 'the timeline' });
  await until(async () => (await harness.collections.messages.countDocuments({ incidentId })) === 0, {
    what: 'the message to be dropped',
  });
});

/** A replica whose workflows say `send` first; resolves with what they heard. */
async function hearing(send: (incidentId: string) => Promise<void> = async () => {}) {
  const heard: [string, IncidentEvent][] = [];
  const workflows = fakeWorkflows({
    send: async (incidentId, event) => {
      await send(incidentId);
      heard.push([incidentId, event]);
    },
  });
  await harness.replica(workflows);
  return heard;
}

async function opened(): Promise<string> {
  const [one] = await foldBatch(harness.client, harness.collections, [folding(`lost-${newId()}`)]);
  return one!.incidentId;
}

function keyOf(incidentId: string) {
  return {
    id: `${incidentId}/response/1/1/ada/ada-sms/1/page`,
    incidentId,
    escalationId: 'response',
    round: 1,
    layer: 1,
    personId: 'ada',
    contactMethodId: 'ada-sms',
    repeat: 1,
    kind: NotificationKind.PAGE,
    organisationId: 'acme',
  };
}

function progressed(incidentId: string, over: { lost: boolean; attempt?: number; receipt?: Receipt }) {
  return {
    factId: newId(),
    key: keyOf(incidentId),
    channel: Channel.SMS,
    receipt: Receipt.FAILED,
    provider: 'first',
    reason: 'carrier-error',
    ...over,
  };
}
