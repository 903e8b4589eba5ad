import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { createTelemetry, until } from '@tocsin/platform';
import { foldBatch } from '../src/intake/fold-batch.ts';
import { appendEntries } from '../src/log/append.ts';
import { endStranded } from '../src/reconcile/end-stranded.ts';
import { reconcile } from '../src/reconcile/reconcile.ts';
import { type FakeWorkflows, fakeWorkflows } from './fake-workflows.ts';
import { folding, type Harness, log, openHarness } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await openHarness();
});
afterEach(async () => {
  await harness.stopReplicas();
  await harness.collections.incidents.deleteMany({});
});
afterAll(() => harness.close());

test('an open incident whose workflow is gone is told again', async () => {
  const workflows = fakeWorkflows();
  const [id] = await told(workflows);
  await harness.replica(workflows, { reconcileEveryMs: 200 });
  await look(workflows);
  expect(workflows.toldOf(id!)).toHaveLength(1);
  workflows.running.delete(id!);
  await until(() => workflows.running.has(id!), { what: 'the workflow to be made again' });
});

test('what was told and not heard is told again', async () => {
  const workflows = fakeWorkflows();
  const [heard, unheard] = await told(workflows, 2);
  workflows.progressOf.set(heard!, { heardVersion: 1, epoch: 9 });
  workflows.progressOf.set(unheard!, { heardVersion: 0, epoch: 9 });
  await look(workflows);
  expect(await untold()).toEqual([unheard]);
});

test('who overslept by more than a minute is woken, and nobody else', async () => {
  const workflows = fakeWorkflows();
  const [late, ...others] = await told(workflows, 4);
  const wakes = [Date.now() - 61_000, Date.now() - 30_000, Date.now() + 1_000, null];
  for (const [i, id] of [late!, ...others].entries()) workflows.progressOf.set(id, { wakeAt: wakes[i] ?? null });
  await look(workflows);
  expect(workflows.sent).toEqual([`${late} wake`]);
  expect(await untold()).toEqual([]);
});

test('a workflow that is behind what it logged, such as from a backup, is ended and made again', async () => {
  const workflows = fakeWorkflows();
  const [behind, level, older] = await told(workflows, 3);
  for (const id of [behind!, level!, older!]) await logs(id, '3-7');
  workflows.progressOf.set(behind!, { epoch: 3, nextEntry: 5 });
  workflows.progressOf.set(level!, { epoch: 3, nextEntry: 8 });
  // A new life that has logged nothing yet.
  workflows.progressOf.set(older!, { epoch: 4, nextEntry: 1 });
  await look(workflows);
  expect(await untold()).toEqual([behind]);
  expect(workflows.running.has(behind!)).toBe(false);
  expect(workflows.running.has(level!)).toBe(true);
});

test('a workflow whose tasks fail is not asked, and neither told nor woken; after half a minute it is made again, once', async () => {
  const { incidents } = harness.collections;
  const workflows = fakeWorkflows();
  const [id] = await told(workflows);
  workflows.failing.set(id!, 'code');
  await look(workflows);
  expect(workflows.asked).toEqual([]);
  expect(await untold()).toEqual([]);
  expect(workflows.running.has(id!)).toBe(true);

  const failsFor = (seconds: number) =>
    incidents.updateOne(
      { _id: id! },
      { $set: { failingSince: new Date(Date.now() - seconds * 1_000), checkedAt: new Date(0) } },
    );
  await failsFor(29);
  await look(workflows);
  expect(await untold()).toEqual([]);
  await failsFor(31);
  await look(workflows);
  expect(await untold()).toEqual([id]);
  expect(workflows.running.has(id!)).toBe(false);

  // The new run fails as well: it is not made again and again.
  workflows.running.add(id!);
  await incidents.updateOne({ _id: id! }, { $set: { untold: false } });
  await failsFor(31);
  await look(workflows);
  expect(workflows.running.has(id!)).toBe(true);
  await incidents.updateOne({ _id: id! }, { $set: { remadeAt: new Date(Date.now() - 11 * 60_000) } });
  await failsFor(31);
  await look(workflows);
  expect(workflows.running.has(id!)).toBe(false);
});

test('a workflow whose history no worker can live is made again at once, and each five seconds where a worker of another version has it again', async () => {
  const { incidents } = harness.collections;
  const workflows = fakeWorkflows();
  const [id] = await told(workflows);
  workflows.failing.set(id!, 'history');
  await look(workflows);
  expect(workflows.running.has(id!)).toBe(false);
  expect(await untold()).toEqual([id]);

  const remade = async (secondsAgo: number) => {
    workflows.running.add(id!);
    const remadeAt = new Date(Date.now() - secondsAgo * 1_000);
    await incidents.updateOne({ _id: id! }, { $set: { untold: false, checkedAt: new Date(0), remadeAt } });
  };
  await remade(3);
  await look(workflows);
  expect(workflows.running.has(id!)).toBe(true);
  await remade(6);
  await look(workflows);
  expect(workflows.running.has(id!)).toBe(false);
});

test('a run that could not be ended, because Temporal is away, is ended at the next look', async () => {
  const { incidents } = harness.collections;
  let away = true;
  const workflows = fakeWorkflows({
    terminate: async () => {
      if (away) throw new Error('Temporal is away');
    },
  });
  const [id] = await told(workflows);
  workflows.failing.set(id!, 'code');
  const failed = { failingSince: new Date(Date.now() - 31_000), checkedAt: new Date(0) };
  await incidents.updateOne({ _id: id! }, { $set: failed });
  await expect(look(workflows)).rejects.toThrow('away');
  away = false;
  await incidents.updateOne({ _id: id! }, { $set: { checkedAt: new Date(0) } });
  await look(workflows);
  expect(workflows.running.has(id!)).toBe(false);
  expect(await untold()).toEqual([id]);
});

test('tasks that failed for a moment only are forgotten', async () => {
  const { incidents } = harness.collections;
  const workflows = fakeWorkflows();
  const [id] = await told(workflows);
  workflows.failing.set(id!, 'code');
  await look(workflows);
  expect((await incidents.findOne({ _id: id! }))?.failingSince).toBeInstanceOf(Date);
  workflows.failing.delete(id!);
  await incidents.updateOne({ _id: id! }, { $set: { checkedAt: new Date(0) } });
  await look(workflows);
  expect((await incidents.findOne({ _id: id! }))?.failingSince).toBeUndefined();
});

test('workers that are away are no finding, and are not asked for every incident', async () => {
  const workflows = fakeWorkflows();
  const ids = await told(workflows, 20);
  workflows.running.delete(ids[19]!);
  await look(workflows);
  expect(workflows.asked).toHaveLength(3);
  // What needs no worker is found all the same.
  expect(await untold()).toEqual([ids[19]]);
});

test('two replicas share the incidents, those longest ago first, and ask each once a minute at most', async () => {
  const workflows = fakeWorkflows();
  const ids = await told(workflows, 120);
  for (const id of ids) workflows.progressOf.set(id, {});
  await Promise.all([look(workflows), look(workflows)]);
  expect(workflows.asked).toHaveLength(40);
  for (let round = 0; round < 4; round += 1) await look(workflows);
  expect(workflows.asked.toSorted()).toEqual(ids.toSorted());
  await harness.collections.incidents.updateMany({}, { $set: { checkedAt: new Date(0) } });
  await look(workflows);
  expect(workflows.asked).toHaveLength(120);
}, 30_000);

test('incidents that somebody has are looked at five times less often than those that nobody has', async () => {
  const { incidents } = harness.collections;
  const workflows = fakeWorkflows();
  const [open, owned, longAgo] = await told(workflows, 3);
  await incidents.updateMany({ _id: { $in: [owned!, longAgo!] } }, { $set: { status: 'acknowledged' } });
  const checked = (_id: string, secondsAgo: number) =>
    incidents.updateOne({ _id }, { $set: { checkedAt: new Date(Date.now() - secondsAgo * 1_000) } });
  await checked(open!, 6);
  await checked(owned!, 24);
  await checked(longAgo!, 26);
  workflows.running.clear();
  await look(workflows);
  expect(await untold()).toEqual([open, longAgo].toSorted());
});

test('incidents of an earlier version, which do not say when they were asked, are asked', async () => {
  const workflows = fakeWorkflows();
  const [id] = await told(workflows);
  await harness.collections.incidents.updateMany({}, { $unset: { askedAt: 1, epoch: 1 } });
  workflows.progressOf.set(id!, { heardVersion: 0 });
  await look(workflows);
  expect(await untold()).toEqual([id]);
});

test('an incident that is closed or unknown has no workflow: what runs for it is ended, and nothing else is', async () => {
  const workflows = fakeWorkflows();
  const [open, closed, lately] = await told(workflows, 3);
  const { incidents } = harness.collections;
  const minutesAgo = (minutes: number) => ({
    $set: { status: 'closed' as const, closedAt: new Date(Date.now() - minutes * 60_000) },
  });
  await incidents.updateOne({ _id: closed! }, minutesAgo(11));
  await incidents.updateOne({ _id: lately! }, minutesAgo(9));
  workflows.running.add('unknown');
  await endTheStranded(workflows);
  expect([...workflows.running]).toEqual([open, lately]);
});

test('a store that knows no incident at all ends none of the workflows: it may be the wrong one', async () => {
  const workflows = fakeWorkflows();
  workflows.running.add('one').add('two');
  await endTheStranded(workflows);
  expect(workflows.running.size).toBe(2);
});

test('a workflow that is ahead of a restored store is heard again: versions and lives go on behind its own', async () => {
  const workflows = fakeWorkflows();
  const [ahead, level] = await told(workflows, 2);
  workflows.progressOf.set(ahead!, { heardVersion: 7, epoch: 12 });
  workflows.progressOf.set(level!, { heardVersion: 1, epoch: 1 });
  await look(workflows);
  expect(await untold()).toEqual([ahead]);
  expect(await harness.collections.incidents.findOne({ _id: ahead! })).toMatchObject({ version: 8, epoch: 12 });
  expect(workflows.running.has(ahead!)).toBe(true);
});

test('a workflow whose entries the store has forgotten is asked where it stands; one that has all of them is not', async () => {
  const workflows = fakeWorkflows();
  const [forgotten, all, none, busy] = await told(workflows, 4);
  for (const id of [forgotten!, all!]) await logs(id, '1-5');
  workflows.progressOf.set(forgotten!, { nextEntry: 8, logged: 7 });
  workflows.progressOf.set(all!, { nextEntry: 6, logged: 5 });
  workflows.progressOf.set(none!, { nextEntry: 3, logged: 2 });
  workflows.progressOf.set(busy!, { nextEntry: 3, logged: null });
  await look(workflows);
  expect(workflows.sent.toSorted()).toEqual([`${forgotten} log-forgotten`, `${none} log-forgotten`].toSorted());
});

let organisations = 0;

/** Open incidents that Temporal was told of a while ago, in the order in which they are due. */
async function told(workflows: FakeWorkflows, count = 1): Promise<string[]> {
  const organisationId = `reconciled-${++organisations}`;
  const alerts = Array.from({ length: count }, (_, i) =>
    folding(organisationId, { dedupKey: `disk-${i}`, groupKey: `disk-${i}` }),
  );
  const ids = (await foldBatch(harness.client, harness.collections, alerts)).map((one) => one.incidentId);
  for (const [i, _id] of ids.entries()) {
    const then = new Date(Date.now() - 3_600_000 + i);
    const $set = { toldVersion: 1, epoch: 9, untold: false, checkedAt: then, askedAt: then };
    const doc = await harness.collections.incidents.findOneAndUpdate({ _id }, { $set }, { returnDocument: 'after' });
    await workflows.tell(doc!, null);
  }
  return ids;
}

function look(workflows: FakeWorkflows): Promise<void> {
  return reconcile(
    { collections: harness.collections, workflows, log, metrics: createTelemetry('test').metrics },
    5_000,
  );
}

function endTheStranded(workflows: FakeWorkflows): Promise<void> {
  const { metrics } = createTelemetry('test');
  return endStranded({ collections: harness.collections, workflows, log, metrics, closedForMs: 600_000 });
}

async function untold(): Promise<string[]> {
  const found = await harness.collections.incidents.find({ untold: true }).sort({ _id: 1 }).toArray();
  return found.map((one) => one._id);
}

function logs(incidentId: string, number: string) {
  const entry = { id: `${incidentId}/${number}`, kind: 'layer-ended', at: new Date(), data: {} };
  const receipt = { id: `receipt-of-${incidentId}`, kind: 'notification', at: new Date(), data: {} };
  return appendEntries(harness.client, harness.collections, incidentId, [entry, receipt]);
}
