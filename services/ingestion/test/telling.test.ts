import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { millis, until } from '@tocsin/platform';
import { Action, Severity } from '@tocsin/proto/alert/v1';
import { alertsOf, type Harness, openHarness, type Replica } from './harness.ts';
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
  const { alerts } = harness.collections;
  const [open, decided] = [await post({ id: 'open' }), await post({ id: 'decided' })];
  for (const id of [open, decided]) await until(async () => (await alerts.findOne({ _id: id }))?.told === 1);
  const waiting = await alerts.findOne({ _id: open });
  expect(waiting!.tellAt!.getTime() - Date.now()).toBeGreaterThan(5_000);
  await harness.alerts.decide({ decisions: [{ alertId: decided, incidentId: 'inc', reason: 'new-incident' }] });
  await alerts.updateOne({ _id: open }, { $set: { tellAt: new Date() } });
  const again = await until(async () => {
    const row = await alerts.findOne({ _id: open });
    return row?.told === 2 && row;
  });
  expect(again.tellAt!.getTime() - Date.now()).toBeGreaterThan(15_000);
  expect((await alerts.findOne({ _id: decided }))!.told).toBe(1);
});

test('each search for what is to be done uses an index', async () => {
  const { alerts, envelopes } = harness.collections;
  const plans = await Promise.all([
    alerts
      .find({ urgency: 'high', tellAt: { $lte: new Date() } })
      .sort({ tellAt: 1 })
      .explain('queryPlanner'),
    envelopes
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
