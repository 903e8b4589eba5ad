import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { millis, until } from '@tocsin/platform';
import { Action, Severity } from '@tocsin/proto/alert/v1';
import { alertsOf, type Harness, openHarness, type Replica, tellingOf } from './harness.ts';
import { hearFacts } from './heard-facts.ts';

let harness: Harness;
let replica: Replica;
let facts: Awaited<ReturnType<typeof hearFacts>>;
let key: string;
beforeAll(async () => {
  harness = await openHarness();
  replica = await harness.replica();
  key = await harness.integration({ id: 'siem', teamId: 'blue', drill: true });
  facts = await hearFacts(harness);
});
afterAll(async () => {
  await facts?.stop();
  await harness?.close();
});

async function post(body: object): Promise<string> {
  const { body: answer } = await replica.post(`/v1/in/${key}`, JSON.stringify(body));
  return `${answer.id}-0`;
}

const told = (alertId: string) => until(() => facts.of(alertId), { what: `${alertId} to be told` });

test('an alert is told as a fact of references, without a word of it', async () => {
  const title = 'Secret title';
  const id = await post({
    id: 'member-1',
    group_key: 'g',
    severity: 'critical',
    title,
    status: 'resolved',
    time: 1_795_500_000,
  });
  const fact = await told(id);
  const stored = await harness.collections.alerts.findOne({ _id: id });
  expect(fact).toMatchObject({
    organisationId: 'acme',
    integrationId: 'siem',
    action: Action.RESOLVE,
    severity: Severity.CRITICAL,
    dedupKey: stored!.dedupKey,
    groupKey: stored!.groupKey,
    drill: true,
    malformed: false,
    source: 'generic',
    teamHint: 'blue',
  });
  expect(millis(fact.receivedAt)).toBe(stored!.receivedAt.getTime());
  expect(millis(fact.sourceAt)).toBe(1_795_500_000_000);
  expect(JSON.stringify(fact, (_key, value) => (typeof value === 'bigint' ? `${value}` : value))).not.toContain(title);
});

test('urgent alerts have a subject of their own', async () => {
  const high = await post({ severity: 'high' });
  const low = await post({ severity: 'medium' });
  await told(high);
  await told(low);
  expect(facts.heard.high.some((fact) => fact.alertId === high)).toBe(true);
  expect(facts.heard.low.some((fact) => fact.alertId === low)).toBe(true);
});

test('an alert that nobody decided on is told again, later and later; a decided one never', async () => {
  const { tellings } = harness.collections;
  const [open, decided] = [await post({ id: 'open' }), await post({ id: 'decided' })];
  for (const id of [open, decided]) await until(async () => (await tellingOf(harness, id))?.told === 1);
  const waiting = await tellingOf(harness, open);
  expect(waiting!.tellAt!.getTime() - Date.now()).toBeGreaterThan(5_000);
  await harness.alerts.decide({ decisions: [{ alertId: decided, incidentId: 'inc', reason: 'new-incident' }] });
  await tellings.updateOne({ _id: waiting!._id }, { $set: { tellAt: new Date() } });
  const again = await until(async () => {
    const row = await tellingOf(harness, open);
    return row?.told === 2 && row;
  });
  expect(again.tellAt!.getTime() - Date.now()).toBeGreaterThan(15_000);
  expect((await tellingOf(harness, decided))!.told).toBe(1);
});

test('alerts that were stored together are told together; what is left of them undecided, each by itself', async () => {
  const { tellings } = harness.collections;
  const { body } = await replica.post(`/v1/in/${key}`, JSON.stringify([{ id: 'a' }, { id: 'b' }, { id: 'c' }]));
  const ids = [0, 1, 2].map((index) => `${body.id}-${index}`);
  await Promise.all(ids.map(told));
  const row = await until(async () => {
    const found = await tellingOf(harness, ids[0]!);
    return found?.told === 1 && found;
  });
  expect(row.alerts).toEqual(ids);
  const heard = () => facts.heard.high.filter((fact) => ids.includes(fact.alertId)).map((fact) => fact.alertId);
  expect(heard()).toEqual(ids);
  await harness.alerts.decide({ decisions: [{ alertId: ids[0]!, incidentId: 'inc', reason: 'new-incident' }] });
  await tellings.updateOne({ _id: row._id }, { $set: { tellAt: new Date() } });
  await until(() => heard().length === 5);
  expect(heard().slice(3)).toEqual(ids.slice(1));
});

test('each search for what is to be done uses an index', async () => {
  const { tellings, parcels } = harness.collections;
  const plans = await Promise.all([
    tellings
      .find({ urgency: 'high', tellAt: { $lte: new Date() } })
      .sort({ tellAt: 1 })
      .explain('queryPlanner'),
    tellings.find({ parcelId: { $in: ['a', 'b'] }, tellAt: { $exists: true } }).explain('queryPlanner'),
    tellings.find({ purgeAt: { $lte: new Date() } }).explain('queryPlanner'),
    parcels.find({ idempotency: { $in: ['a', 'b'] } }).explain('queryPlanner'),
    parcels
      .find({ parseAt: { $lte: new Date() } })
      .sort({ parseAt: 1 })
      .explain('queryPlanner'),
    harness.collections.integrations.find({ keyHash: 'x' }).sort({ disabled: 1 }).explain('queryPlanner'),
  ]);
  for (const plan of plans) {
    const winning = JSON.stringify(plan.queryPlanner.winningPlan);
    expect(winning).toContain('IXSCAN');
    expect(winning).not.toContain('"SORT"');
  }
});

test('what NATS did not hear while it was away, it hears when it is back', async () => {
  await harness.engines.engines.nats!.kill();
  const { status, body } = await replica.post(`/v1/in/${key}`, '{"id":"while-away"}');
  expect(status).toBe(202);
  await alertsOf(harness, body.id!);
  const late = await harness.replica();
  expect((await late.post(`/v1/in/${key}`, '{}')).status).toBe(202);
  const ready = await fetch(`${late.url}/readyz`);
  expect([ready.status, await ready.json()]).toEqual([200, { store: 'ok', nats: 'away' }]);
  await harness.engines.engines.nats!.restart();
  await told(`${body.id}-0`);
  await until(async () => ((await (await fetch(`${late.url}/readyz`)).json()) as { nats: string }).nats === 'ok');
}, 60_000);
