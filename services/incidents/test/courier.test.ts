import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { sleep, until } from '@tocsin/platform';
import { Severity } from '@tocsin/proto/alert/v1';
import { closeIncident } from '../src/close/close.ts';
import { foldBatch } from '../src/intake/fold-batch.ts';
import { fakeWorkflows } from './fake-workflows.ts';
import { alert, folding, type Harness, openHarness } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await openHarness();
});
afterEach(async () => {
  await harness.stopReplicas();
  // What one test left open is not told in the next.
  await harness.collections.incidents.deleteMany({});
});
afterAll(() => harness.close());

test('one critical alert behind 1,000 low ones is told before the 50th of them', async () => {
  const stored = Promise.withResolvers<void>();
  const workflows = fakeWorkflows({ tell: () => stored.promise });
  await harness.replica(workflows);
  const low = Array.from({ length: 1_000 }, (_, i) =>
    alert('storm', { dedupKey: `disk-${i}`, severity: Severity.LOW }),
  );
  await harness.receive([...low, alert('storm', { dedupKey: 'core', severity: Severity.CRITICAL })]);
  await harness.incidentsOf('storm', 1_001);
  stored.resolve();
  await until(() => workflows.told.length >= 50);
  expect(workflows.told.slice(0, 49).map((one) => one.severity)).toContain('critical');
}, 30_000);

test('an incident that resolved before it was told is closed, and nobody is told', async () => {
  await fold(folding('early'), folding('early', { action: 'resolve' }));
  const workflows = fakeWorkflows();
  await harness.replica(workflows);
  const incident = await until(() =>
    harness.collections.incidents.findOne({ status: 'closed' }).then((one) => one ?? false),
  );
  const log = await harness.collections.log.find({ incidentId: incident._id }).sort({ position: 1 }).toArray();
  expect(log.map((one) => one.kind)).toEqual(['opened', 'closed']);
  expect(workflows.told).toEqual([]);
});

test('an incident whose life is over is closed as it was; what fired since goes on in a next one, and is told', async () => {
  const at = new Date(Date.now() - 1_000);
  const over = new Set<string>();
  const workflows = fakeWorkflows({
    tell: async ({ _id }) => (over.has(_id) ? 'over' : undefined),
    closeOf: async (id) => ({ by: 'ada', entryId: `${id}/1-9`, at }),
  });
  const [quiet] = await fold(folding('quiet'), folding('quiet'));
  const [loud] = await fold(folding('loud'));
  await harness.collections.decisions.updateMany({}, { $set: { at: new Date(0) } });
  // After the close.
  await fold(folding('loud'));
  for (const one of [quiet!, loud!]) over.add(one.incidentId);
  await harness.replica(workflows);
  await until(async () => (await harness.collections.incidents.countDocuments({ closedAt: at })) === 2);
  const entry = await harness.collections.log.findOne({ _id: `${quiet!.incidentId}/1-9` });
  expect(entry).toMatchObject({ kind: 'closed', at, data: { by: 'ada' } });
  const next = await until(() => workflows.told[0]);
  expect(next).toMatchObject({ organisationId: 'loud', previousIncidentId: loud!.incidentId, firing: 1 });
  expect(await harness.collections.incidents.countDocuments({ organisationId: 'quiet' })).toBe(1);
});

test('an incident that may have been told before a failure is told that it resolved: a workflow may be paging', async () => {
  let failing = true;
  const heard: number[] = [];
  const workflows = fakeWorkflows({
    tell: async ({ firing }) => {
      heard.push(firing);
      if (failing) throw new Error('the answer was lost');
    },
  });
  await harness.replica(workflows);
  const [decision] = await fold(folding('unsure'));
  await until(() => heard.length > 0);
  await fold(folding('unsure', { action: 'resolve' }));
  failing = false;
  await until(() => heard.at(-1) === 0);
  expect(workflows.toldOf(decision!.incidentId).at(-1)).toMatchObject({ firing: 0, version: 2, status: 'open' });
});

test('an incident is told at most once a second, and in the end of its newest version', async () => {
  const workflows = fakeWorkflows();
  await Promise.all([harness.replica(workflows), harness.replica(workflows)]);
  const [decision] = await fold(folding('busy', { groupKey: 'g' }));
  for (let i = 0; i < 40; i += 1) {
    await fold(folding('busy', { dedupKey: `disk-${i}`, groupKey: 'g' }));
    await sleep(50);
  }
  const told = workflows.toldOf(decision!.incidentId);
  const toldVersion = () => workflows.toldOf(decision!.incidentId).at(-1)?.version;
  await until(() => toldVersion() === 41, { what: 'the newest version to be told' });
  const all = workflows.toldOf(decision!.incidentId);
  expect(told.length).toBeGreaterThan(0);
  for (const [i, one] of all.slice(1).entries()) expect(one.toldAt - all[i]!.toldAt).toBeGreaterThanOrEqual(990);
  await until(
    async () => (await harness.collections.incidents.findOne({ _id: decision!.incidentId }))?.untold === false,
  );
}, 20_000);

test('what closed while it was being told is not told again', async () => {
  const closed = Promise.withResolvers<void>();
  const workflows = fakeWorkflows({ tell: () => closed.promise });
  await harness.replica(workflows);
  const [decision] = await fold(folding('late', { groupKey: 'g' }));
  const incidentId = decision!.incidentId;
  await until(async () => (await harness.collections.incidents.findOne({ _id: incidentId }))?.tries === 1);
  await fold(folding('late', { action: 'resolve', groupKey: 'g' }));
  const wish = {
    incidentId,
    version: 2,
    by: 'ada',
    sourceOnly: false,
    entryId: `${incidentId}/closed`,
    at: new Date(),
  };
  await closeIncident(harness.client, harness.collections, wish);
  closed.resolve();
  await sleep(1_500);
  expect(workflows.toldOf(incidentId)).toHaveLength(1);
  expect(await harness.collections.incidents.findOne({ _id: incidentId })).toMatchObject({ untold: false });
});

test('one incident that cannot be told holds up no other', async () => {
  const workflows = fakeWorkflows({
    tell: async ({ severity }) => {
      if (severity === 'critical') throw new Error('refused');
    },
  });
  await fold(folding('stuck', { severity: 'critical' }));
  await fold(
    ...Array.from({ length: 100 }, (_, i) =>
      folding('stuck', { dedupKey: `disk-${i}`, groupKey: `disk-${i}`, severity: 'low' }),
    ),
  );
  await harness.replica(workflows);
  await until(() => workflows.told.length === 100, { timeoutMs: 5_000, what: 'all the others to be told' });
});

function fold(...alerts: ReturnType<typeof folding>[]) {
  return foldBatch(harness.client, harness.collections, alerts);
}
