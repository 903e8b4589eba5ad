import { create } from '@bufbuild/protobuf';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { type Delivery, until } from '@tocsin/platform';
import { type Received, ReceivedSchema } from '@tocsin/proto/alert/v1';
import { closeIncident } from '../src/close/close.ts';
import type { FoldAlert } from '../src/core/fold.ts';
import { foldBatch } from '../src/intake/fold-batch.ts';
import { createIntake } from '../src/intake/intake.ts';
import { fakeWorkflows } from './fake-workflows.ts';
import { alert, folding, type Harness, log, openHarness } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await openHarness();
});
afterEach(() => harness.stopReplicas());
afterAll(() => harness.close());

test('the same alert 1,000 times through two replicas is one incident with one version', async () => {
  await Promise.all([harness.replica(fakeWorkflows()), harness.replica(fakeWorkflows())]);
  const alerts = Array.from({ length: 1_000 }, () => alert('storm'));
  await harness.receive(alerts);
  const ids = new Set(alerts.map((one) => one.alertId));
  const decisions = await until(
    () => {
      const mine = harness.decided.filter((one) => ids.has(one.alertId));
      return new Set(mine.map((one) => one.alertId)).size === 1_000 && mine;
    },
    { what: '1,000 decisions', timeoutMs: 20_000 },
  );
  const [incident, ...others] = await harness.incidentsOf('storm', 1);
  expect(others).toEqual([]);
  expect(incident).toMatchObject({ number: 'INC-1', version: 1, alerts: 1_000, members: 1, firing: 1 });
  expect(new Set(decisions.filter((one) => one.notify).map((one) => one.alertId)).size).toBe(1);
}, 30_000);

test('alerts with 50 dedup keys are 50 incidents with gap-free numbers', async () => {
  await Promise.all([harness.replica(fakeWorkflows()), harness.replica(fakeWorkflows())]);
  await harness.receive(Array.from({ length: 200 }, (_, i) => alert('many', { dedupKey: `disk-${i % 50}` })));
  await until(async () => {
    const found = await harness.incidentsOf('many', 50);
    return found.reduce((sum, one) => sum + one.alerts, 0) === 200;
  });
  const found = await harness.incidentsOf('many', 50);
  expect(found.map((one) => one.number)).toEqual(Array.from({ length: 50 }, (_, i) => `INC-${i + 1}`));
}, 30_000);

test('an alert that is told again, in one batch or later, counts once', async () => {
  const one = folding('twice');
  const again = [await fold(one, one), await fold(one)].map((decisions) => decisions[0]);
  expect(again[1]).toEqual(again[0]);
  const [incident] = await harness.incidentsOf('twice', 1);
  expect(incident).toMatchObject({ alerts: 1, version: 1 });
});

test('what was decided before is found by an index', async () => {
  const plan = await harness.collections.decisions.find({ alerts: { $in: ['a', 'b'] } }).explain('queryPlanner');
  expect(JSON.stringify(plan.queryPlanner.winningPlan)).toContain('IXSCAN');
});

test('alerts that were told in one message are each folded and decided', async () => {
  await harness.replica(fakeWorkflows());
  const [first, ...others] = ['a', 'b', 'c'].map((dedupKey) => alert('together', { dedupKey }));
  await harness.receive([{ ...first, others: others.map((one) => create(ReceivedSchema, one)) }]);
  expect((await harness.incidentsOf('together', 3)).map((one) => one.alerts)).toEqual([1, 1, 1]);
  await until(() => [first!, ...others].every(({ alertId }) => isDecided(alertId)), { what: 'all to be decided' });
});

test('one alert that can never be folded holds up none of those it was told with', async () => {
  const { client, collections, alerts } = harness;
  const { dbName } = collections.members;
  const refused = { validator: { _id: { $not: /\|refused$/ } } };
  await client.db(dbName).command({ collMod: 'members', ...refused });
  const told = ['a', 'refused', 'c'].map((dedupKey) => create(ReceivedSchema, alert('refusing', { dedupKey })));
  const message = { ...told[0]!, others: told.slice(1) };
  const intake = createIntake({ client, collections, alerts, log, folded: () => {} });
  const delivered = (deliveries: number) =>
    intake([{ message, deliveries, ack() {}, retry() {}, reject() {} }] as Delivery<Received>[]);
  try {
    await expect(delivered(1)).rejects.toThrow('validation');
    expect(told.filter(({ alertId }) => isDecided(alertId))).toEqual([]);
    await expect(delivered(4)).rejects.toThrow('validation');
    expect(told.map(({ alertId }) => isDecided(alertId))).toEqual([true, false, true]);
  } finally {
    await client.db(dbName).command({ collMod: 'members', validator: {} });
  }
});

test('organisations that name their integrations alike share nothing', async () => {
  await fold(folding('alike-a'), folding('alike-b'));
  await fold(folding('alike-b', { action: 'resolve' }));
  expect(await harness.incidentsOf('alike-a', 1)).toMatchObject([{ firing: 1, number: 'INC-1' }]);
  expect(await harness.incidentsOf('alike-b', 1)).toMatchObject([{ firing: 0, number: 'INC-1' }]);
});

test('what fires again while the source closes refuses the close, or opens the next incident, linked', async () => {
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, async (_, i) => {
      const organisationId = `race-source-${i}`;
      const [decision] = await fold(folding(organisationId));
      await fold(folding(organisationId, { action: 'resolve' }));
      const first = decision!.incidentId;
      const [result] = await Promise.all([close(first, 2, true), fold(folding(organisationId))]);
      const member = await harness.collections.members.findOne({ organisationId });
      const incident = await harness.collections.incidents.findOne({ _id: member!.incidentId! });
      expect(incident).toMatchObject({ status: 'open', firing: 1, untold: true });
      if (result.closed) expect(incident).toMatchObject({ previousIncidentId: first });
      else expect(incident).toMatchObject({ _id: first, version: result.version });
      return result.closed;
    }),
  );
  expect(outcomes).toHaveLength(20);
}, 30_000);

test('a member that joins while a person closes is in an open incident afterwards, and pages', async () => {
  await Promise.all(
    Array.from({ length: 20 }, async (_, i) => {
      const organisationId = `race-person-${i}`;
      const [decision] = await fold(folding(organisationId, { groupKey: 'g' }));
      const joining = folding(organisationId, { dedupKey: 'second', groupKey: 'g' });
      const first = decision!.incidentId;
      await Promise.all([close(first, 1, false), fold(joining)]);
      const open = await harness.collections.incidents.find({ organisationId, closedAt: null }).toArray();
      expect(open).toMatchObject([{ number: 'INC-2', members: 1, firing: 1, toldVersion: 0, untold: true }]);
      const member = await harness.collections.members.findOne({ organisationId, incidentId: open[0]!._id });
      expect(member).toMatchObject({ firing: true });
      const claims = await harness.collections.claims.find({ incidentId: { $in: [first, open[0]!._id] } }).toArray();
      expect(claims).toMatchObject([{ incidentId: open[0]!._id }]);
    }),
  );
}, 30_000);

test('members that a closer had not heard of move to the next incident, linked, with their claim', async () => {
  const [decision] = await fold(folding('moves', { groupKey: 'g' }));
  await fold(folding('moves', { dedupKey: 'second', groupKey: 'g' }));
  const first = decision!.incidentId;
  expect(await close(first, 1, false)).toEqual({ closed: true });
  const [, next] = await harness.incidentsOf('moves', 2);
  expect(next).toMatchObject({ status: 'open', previousIncidentId: first, members: 1, logHead: 1 });
  const [third] = await fold(folding('moves', { dedupKey: 'third', groupKey: 'g' }));
  expect(third).toMatchObject({ incidentId: next!._id, reason: 'new-member' });
});

function isDecided(alertId: string | undefined): boolean {
  return harness.decided.some((one) => one.alertId === alertId);
}

function fold(...alerts: FoldAlert[]) {
  return foldBatch(harness.client, harness.collections, alerts);
}

function close(incidentId: string, version: number, sourceOnly: boolean) {
  const wish = { incidentId, version, sourceOnly, by: sourceOnly ? 'source' : 'ada', at: new Date() };
  return closeIncident(harness.client, harness.collections, { ...wish, entryId: `${incidentId}/closed` });
}
