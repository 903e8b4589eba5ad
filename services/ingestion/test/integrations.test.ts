import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Client, createClient, millis, services, until } from '@tocsin/platform';
import type { Integrations } from '@tocsin/proto/alert/v1';
import { alertsOf, type Harness, openHarness, type Replica } from './harness.ts';

let harness: Harness;
let first: Replica;
let second: Replica;
let integrations: Client<typeof Integrations>;
beforeAll(async () => {
  harness = await openHarness();
  first = await harness.replica();
  second = await harness.replica();
  integrations = createClient(harness.nc, services.integrations);
});
afterAll(() => harness?.close());

const siem = { id: 'siem', name: 'SIEM', source: 'generic', teamId: 'blue' };
let organisations = 0;

async function created(over: object = {}) {
  const organisationId = `org-${++organisations}`;
  const { key, integration } = await integrations.createIntegration({
    organisationId,
    integration: { ...siem, ...over },
  });
  return { organisationId, integrationId: 'siem', key, integration: integration! };
}
const statusOf = async (replica: Replica, key: string) => (await replica.post(`/v1/in/${key}`, '{"id":"x"}')).status;
const opens = (key: string) =>
  Promise.all([first, second].map((one) => until(async () => (await statusOf(one, key)) === 202)));

describe('a new integration', () => {
  test('has a key that opens on every replica, is said once, and rests nowhere', async () => {
    const { organisationId, key, integration } = await created();
    expect(integration).toMatchObject({ ...siem, organisationId, revision: 1n, disabled: false, alertsLastDay: 0 });
    await opens(key);
    const rows = await harness.collections.integrations.find({}).toArray();
    expect(JSON.stringify(rows)).not.toContain(key);
    const listed = await integrations.listIntegrations({ organisationId });
    expect(listed.sources).toEqual(['generic']);
    expect(JSON.stringify(listed, (_, value) => (typeof value === 'bigint' ? String(value) : value))).not.toContain(
      key,
    );
  });

  test('says when something came last, and how much', async () => {
    const { organisationId, key } = await created();
    await first.post(`/v1/in/${key}`, '[{"id":"a"},{"id":"b"}]');
    const view = async () => (await integrations.listIntegrations({ organisationId })).integrations[0]!;
    await until(async () => (await view()).alertsLastDay === 2);
    expect((await view()).lastEventAt).toBeDefined();
  });

  test('says when its own came last, whoever’s of the same id was stored beside it', async () => {
    const { organisationId, key } = await created();
    await first.post(`/v1/in/${key}`, '{"id":"a"}');
    const { parcels } = harness.collections;
    const parcel = await until(
      async () => (await parcels.findOne({ 'senders.of': organisationId, parsed: { $ne: null } })) ?? undefined,
    );
    const [own] = parcel.envelopes;
    const sender = { ...own!.sender, organisationId: 'rival' };
    const later = { ...own!, sender, receivedAt: new Date(own!.receivedAt.getTime() + 60_000) };
    await parcels.updateOne({ _id: parcel._id }, { $push: { envelopes: later } });
    const { integrations: found } = await integrations.listIntegrations({ organisationId });
    expect(millis(found[0]!.lastEventAt)).toBe(own!.receivedAt.getTime());
  });

  test.each([
    ['no name', { name: ' ' }, 'integration.name'],
    ['an unknown source', { source: 'carrier-pigeon' }, 'integration.source'],
    ['an id that is none', { id: 'a/b' }, 'integration.id'],
  ])('with %s is refused by name', async (_, over, field) => {
    await expect(created(over)).rejects.toMatchObject({ name: 'InvalidInput', field });
  });

  test('of an id that is there is refused; of one that was deleted it is not', async () => {
    const { organisationId, key } = await created();
    const again = () => integrations.createIntegration({ organisationId, integration: siem });
    await expect(again()).rejects.toMatchObject({ name: 'Conflict', code: 'integration-exists' });
    await integrations.deleteIntegration({ organisationId, integrationId: 'siem' });
    for (const one of [first, second]) await until(async () => (await statusOf(one, key)) === 403);
    expect((await integrations.listIntegrations({ organisationId })).integrations).toEqual([]);
    expect((await integrations.listIntegrations({ organisationId, withDisabled: true })).integrations).toHaveLength(1);
    const anew = await again();
    await opens(anew.key);
    await until(async () => (await statusOf(first, key)) === 401);
  });
});

test('a list has pages by id', async () => {
  const organisationId = `org-${++organisations}`;
  for (const id of ['c', 'a', 'b'])
    await integrations.createIntegration({ organisationId, integration: { ...siem, id } });
  const one = await integrations.listIntegrations({ organisationId, limit: 2 });
  expect(one.integrations.map(({ id }) => id)).toEqual(['a', 'b']);
  const two = await integrations.listIntegrations({ organisationId, limit: 2, cursor: one.nextCursor });
  expect([two.integrations.map(({ id }) => id), two.nextCursor]).toEqual([['c'], '']);
});

test('an update changes what it says, unless somebody was faster', async () => {
  const named = await created();
  const { organisationId, integrationId } = named;
  const update = (name: string, expectedRevision: bigint) =>
    integrations.updateIntegration({
      organisationId,
      integrationId,
      name,
      teamId: 'red',
      drill: true,
      expectedRevision,
    });
  expect((await update('Main SIEM', 1n)).integration).toMatchObject({
    name: 'Main SIEM',
    teamId: 'red',
    drill: true,
    revision: 2n,
  });
  await expect(update('Late', 1n)).rejects.toMatchObject({ name: 'Conflict', code: 'revision-changed' });
  await expect(update('', 2n)).rejects.toMatchObject({ name: 'InvalidInput', field: 'name' });
  const outcomes = await Promise.allSettled([update('One', 2n), update('Two', 2n)]);
  expect(outcomes.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
  await opens(named.key);
  const unknown = integrations.updateIntegration({ organisationId: 'rival', integrationId, name: 'x' });
  await expect(unknown).rejects.toMatchObject({ name: 'NotFound' });
});

describe('a rotated key', () => {
  test('opens at once, and the old one until its grace ends, on every replica', async () => {
    const named = await created();
    await opens(named.key);
    const { key, integration } = await integrations.rotateKey({
      organisationId: named.organisationId,
      integrationId: named.integrationId,
      graceMs: 60_000n,
    });
    expect(integration!.oldKeyUntil).toBeDefined();
    await opens(key);
    await opens(named.key);
    // The grace comes near its end; a rename makes each replica look again.
    const _id = `${named.organisationId}/siem`;
    const previousKeyUntil = new Date(Date.now() + 2_000);
    await harness.collections.integrations.updateOne({ _id }, { $set: { previousKeyUntil } });
    await integrations.updateIntegration({
      organisationId: named.organisationId,
      integrationId: 'siem',
      name: 'Renamed',
    });
    for (const one of [first, second]) await until(async () => (await statusOf(one, named.key)) === 401);
    await opens(key);
    expect(
      (await integrations.listIntegrations({ organisationId: named.organisationId })).integrations[0]!.oldKeyUntil,
    ).toBeUndefined();
  });

  test('without grace ends the old one, and one in its own grace opens no more', async () => {
    const named = await created();
    const rotate = (graceMs: bigint) =>
      integrations.rotateKey({ organisationId: named.organisationId, integrationId: 'siem', graceMs });
    const next = await rotate(60_000n);
    const last = await rotate(0n);
    await opens(last.key);
    for (const key of [named.key, next.key]) await until(async () => (await statusOf(second, key)) === 401);
    await expect(rotate(31n * 86_400_000n)).rejects.toMatchObject({ name: 'InvalidInput', field: 'grace_ms' });
  });

  test('keeps its grace when the organisation is applied from a file', async () => {
    const named = await created();
    const { organisationId } = named;
    const { key } = await integrations.rotateKey({ organisationId, integrationId: 'siem', graceMs: 60_000n });
    const { changes } = await harness.alerts.applyIntegrations({
      organisationId,
      integrations: [{ ...siem, name: 'Renamed' }],
    });
    expect(changes).toMatchObject([{ action: 'update', fields: ['name'] }]);
    await opens(key);
    await opens(named.key);
  });
});

test('a test event goes the way of a post, as a drill; the same request is one event', async () => {
  const { organisationId, integrationId } = await created();
  const test = (key: string) => integrations.testIntegration({ organisationId, integrationId }, { key });
  const [one, same, other] = [await test('k1'), await test('k1'), await test('k2')];
  expect(same.envelopeId).toBe(one.envelopeId);
  const [alert] = await alertsOf(harness, one.envelopeId);
  expect(alert).toMatchObject({
    title: 'Test event',
    drill: true,
    malformed: false,
    reasons: [],
    urgency: 'low',
    teamId: 'blue',
  });
  const [another] = await alertsOf(harness, other.envelopeId);
  expect(another!.dedupKey).not.toBe(alert!.dedupKey);
  const gone = integrations.testIntegration({ organisationId, integrationId: 'none' });
  await expect(gone).rejects.toMatchObject({ name: 'NotFound', field: 'integration_id' });
});
