import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { jetstream } from '@nats-io/jetstream';
import { connectMongo, factRow, facts, timestamp, until } from '@tocsin/platform';
import { createWebhooks, type Webhooks } from '@tocsin/webhooks';
import { type Receiver, startReceiver } from '../../../webhooks/test/receiver.ts';
import type { AuditEntry } from '../../src/audit/entry.ts';
import { expectExercised } from '../api.ts';
import { type Fakes, serveFakes } from '../fake-services.ts';
import { type Harness, log, openHarness, type SignedIn } from '../harness.ts';

interface View {
  id: string;
  name: string;
  types: string[];
  enabled: boolean;
  disabledBecause: string | null;
}

interface Delivery {
  id: string;
  state: string;
  attempts: { status: number | null; reason: string }[];
}

let harness: Harness;
let fakes: Fakes;
let webhooks: Webhooks;
let admin: SignedIn;
let receiver: Receiver;
beforeAll(async () => {
  harness = await openHarness();
  fakes = await serveFakes(harness);
  admin = await harness.user('admin');
  const { natsUrl, mongoUrl } = harness.config;
  const masterKey = randomBytes(32).toString('base64');
  webhooks = createWebhooks(
    { natsUrl, mongoUrl, masterKey, allowedNetworks: ['127.0.0.0/8'], retryDelaysMs: [50] },
    { log },
  );
  await webhooks.start();
});
afterAll(async () => {
  await webhooks?.stop();
  await fakes?.stop();
  await harness?.close();
});
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(async () => {
  await receiver.stop();
  expect(receiver.problems).toEqual([]);
});

async function create(body: object = {}, headers: Record<string, string> = {}) {
  const wish = { name: 'SOAR', url: receiver.url, ...body };
  const answer = await harness.api.call('webhooks.create', { as: admin, body: wish, headers });
  const { webhook, secret } = answer.body as { webhook: View; secret: string };
  receiver.secrets = [secret];
  return { webhook, secret, etag: answer.headers.get('etag')!, params: { webhookId: webhook.id }, answer };
}

async function shown(params: { webhookId: string }): Promise<{ webhook: View; etag: string }> {
  const { body, headers } = await harness.api.call('webhooks.show', { as: admin, params });
  return { webhook: body as View, etag: headers.get('etag')! };
}

async function deliveries(params: { webhookId: string }, query = {}): Promise<Delivery[]> {
  const { body } = await harness.api.call('webhooks.listDeliveries', { as: admin, params, query });
  return (body as { items: Delivery[] }).items;
}

async function audited(): Promise<AuditEntry[]> {
  const { body } = await harness.api.call('audit.list', { as: await harness.owner(), query: { limit: 100 } });
  return (body as { items: AuditEntry[] }).items;
}

describe('a webhook', () => {
  test('is made with a secret that is shown once, listed, and told from the types that there are', async () => {
    const { webhook, secret, params, answer } = await create({ types: ['incident.opened'] });
    expect(answer.headers.get('location')).toBe(`/api/v1/webhooks/${webhook.id}`);
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(webhook).toMatchObject({ name: 'SOAR', types: ['incident.opened'], enabled: true, disabledBecause: null });
    const { body } = await harness.api.call('webhooks.list', { as: admin });
    const { items, types } = body as { items: View[]; types: { type: string }[] };
    expect(items.map(({ id }) => id)).toContain(webhook.id);
    expect(types.map(({ type }) => type)).toContain('incident.accepted');
    expect(JSON.stringify([body, (await shown(params)).webhook])).not.toContain(secret);
    const entries = await audited();
    expect(entries[0]).toMatchObject({ action: 'webhooks.create', target: { id: webhook.id }, outcome: 'done' });
    expect(JSON.stringify(entries)).not.toContain(receiver.url);
  });

  test('is refused with the field and what to do', async () => {
    const refused = (body: object) => harness.api.ask('webhooks.create', { as: admin, body: { name: 'x', ...body } });
    expect(await refused({ url: 'https://10.0.0.1/' })).toMatchObject({
      status: 400,
      body: { code: 'webhook-invalid', field: 'url', detail: expect.stringContaining('private network') },
    });
    expect(await refused({ url: 'http://8.8.8.8/' })).toMatchObject({ status: 400, body: { field: 'url' } });
    expect(await refused({ url: receiver.url, types: ['nonsense'] })).toMatchObject({ body: { field: 'types' } });
    expect(await refused({ url: receiver.url, secret: 'mine' })).toMatchObject({ status: 400 });
  });

  test('is made once where the answer was lost', async () => {
    const first = await create({}, { 'idempotency-key': 'make-it-once' });
    const again = await create({}, { 'idempotency-key': 'make-it-once' });
    expect(again.webhook.id).toBe(first.webhook.id);
    expect(again.secret).toBe(first.secret);
  });

  test('is changed and deleted at the version that was seen, and nobody else’s', async () => {
    const { params, etag } = await create();
    const change = (ifMatch: string, body: object) =>
      harness.api.ask('webhooks.update', { as: admin, params, body, headers: { 'if-match': ifMatch } });
    const changed = await change(etag, { name: 'SIEM', types: ['incident.closed'], url: `${receiver.url}/2` });
    expect(changed).toMatchObject({ status: 200, body: { name: 'SIEM', types: ['incident.closed'] } });
    expect(await change(etag, { enabled: false })).toMatchObject({ status: 412 });
    expect(await change(changed.headers.get('etag')!, { enabled: false })).toMatchObject({
      body: { enabled: false, disabledBecause: 'person' },
    });
    const stale = await harness.api.ask('webhooks.delete', { as: admin, params, headers: { 'if-match': etag } });
    expect(stale.status).toBe(412);
    const { etag: now } = await shown(params);
    await harness.api.call('webhooks.delete', { as: admin, params, headers: { 'if-match': now } });
    expect(await harness.api.ask('webhooks.show', { as: admin, params })).toMatchObject({ status: 404 });
  });

  test('gets a new secret, and is signed with both meanwhile', async () => {
    const { params, etag, secret } = await create();
    const asked = { as: admin, params, body: { graceMinutes: 60 }, headers: { 'if-match': etag } };
    const { body } = await harness.api.call('webhooks.rotateSecret', asked);
    const rotated = body as { secret: string; webhook: View & { oldSecretUntil: string } };
    expect(Date.parse(rotated.webhook.oldSecretUntil) - Date.now()).toBeGreaterThan(59 * 60_000);
    receiver.secrets = [secret, rotated.secret];
    await harness.api.call('webhooks.test', { as: admin, params, body: {} });
    await until(() => receiver.got.length === 1);
  });
});

describe('messages', () => {
  test('are sent of what happens, and are replayed by hand, one or all that failed', async () => {
    const { params, webhook } = await create({ types: ['incident.opened'] });
    receiver.next({ status: 500 }, { status: 500 });
    const since = new Date().toISOString();
    const logged = {
      entryId: `${fakes.incident.id}/0-9`,
      organisationId: 'acme',
      incidentId: fakes.incident.id,
      position: 9n,
      kind: 'opened',
      at: timestamp(Date.now()),
      dataJson: '{"reason":"new-incident"}',
    };
    const { bytes, subject } = factRow(facts.incidentLogged, logged, { id: 'unused' });
    await jetstream(harness.nc).publish(subject, bytes as Uint8Array);
    await until(async () => (await deliveries(params))[0]?.state === 'failed');
    // Failing for as long as it is tried disabled it: here that is a moment.
    const disabled = await until(async () => {
      const now = await shown(params);
      return !now.webhook.enabled && now;
    });
    expect(disabled.webhook.disabledBecause).toBe('failing');
    const notice = await until(async () =>
      (await audited()).find(({ action, target }) => action === 'webhooks.disabled' && target.id === webhook.id),
    );
    expect(notice).toMatchObject({ actor: { kind: 'service', id: 'webhooks' }, code: 'webhook-failing' });
    const replayAll = { as: admin, params, body: { since } };
    expect(await harness.api.ask('webhooks.replay', replayAll)).toMatchObject({
      status: 409,
      body: { code: 'webhook-disabled' },
    });
    const enable = { as: admin, params, body: { enabled: true }, headers: { 'if-match': disabled.etag } };
    await harness.api.call('webhooks.update', enable);
    expect((await harness.api.call('webhooks.replay', replayAll)).body).toEqual({ replayed: 1 });
    const [delivery] = await until(async () => {
      const delivered = await deliveries(params, { state: 'delivered' });
      return delivered.length === 1 && delivered;
    });
    expect(delivery!.attempts.map(({ status, reason }) => [status, reason])).toEqual([
      [500, 'refused'],
      [500, 'refused'],
      [204, 'taken'],
    ]);
    const one = { as: admin, params: { ...params, deliveryId: delivery!.id }, body: {} };
    expect((await harness.api.call('webhooks.replayDelivery', one)).body).toEqual({ replayed: 1 });
    await until(() => receiver.got.length === 4);
    expect(new Set(receiver.got.map(({ id }) => id))).toEqual(new Set([delivery!.id]));
    expect(receiver.got[0]!.body.data).toMatchObject({ incident: { number: 'INC-7', ownerPersonId: 'ada' } });
  });

  test('that somebody disabled it are written into the audit once, however often they are told', async () => {
    const fact = { organisationId: 'acme', webhookId: 'w1', because: 'gone', at: timestamp(Date.UTC(2026, 0, 5)) };
    const { bytes, subject } = factRow(facts.webhookDisabled, fact, { id: 'unused' });
    const last = { ...fact, webhookId: 'w2' };
    for (let i = 0; i < 3; i += 1) await jetstream(harness.nc).publish(subject, bytes as Uint8Array);
    const { bytes: lastBytes } = factRow(facts.webhookDisabled, last, { id: 'unused' });
    await jetstream(harness.nc).publish(subject, lastBytes as Uint8Array);
    const about = (entries: AuditEntry[], id: string) => entries.filter(({ target }) => target.id === id);
    await until(async () => about(await audited(), 'w2').length > 0);
    expect(about(await audited(), 'w1')).toHaveLength(1);
  });

  test('of another organisation are not there', async () => {
    const { client, db } = await connectMongo(harness.config.mongoUrl);
    const { params } = await create();
    await db
      .collection<{ _id: string }>('webhooks')
      .updateOne({ _id: params.webhookId }, { $set: { organisationId: 'rival' } });
    await client.close();
    for (const id of ['webhooks.show', 'webhooks.listDeliveries']) {
      expect(await harness.api.ask(id, { as: admin, params })).toMatchObject({
        status: 404,
        body: { code: 'webhook-unknown' },
      });
    }
  });
});

test('without the service, it is said', async () => {
  await webhooks.stop();
  expect(await harness.api.ask('webhooks.list', { as: admin })).toMatchObject({ status: 503 });
});

expectExercised('webhooks');
