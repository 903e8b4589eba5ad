import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId, type Resolve } from '@tocsin/platform';
import { createWebhooks } from '../src/index.ts';
import { type Harness, log, openHarness } from './harness.ts';

const NAMES: Record<string, string[]> = {
  'hooks.example.com': ['93.184.215.14'],
  'inside.example.com': ['93.184.215.14', '10.0.0.7'],
  'metadata.example.com': ['169.254.169.254'],
  'mapped.example.com': ['::ffff:10.0.0.1'],
  'lab.example.com': ['10.9.1.1'],
};

const resolve: Resolve = (name, _, callback) => {
  const found = NAMES[name];
  if (found) {
    const addresses = found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    return callback(null, addresses);
  }
  const code = name === 'servfail.example.com' ? 'EAI_AGAIN' : name.length > 253 ? 'EINVAL' : 'ENOTFOUND';
  callback(Object.assign(new Error('none'), { code }), []);
};

let harness: Harness;
beforeAll(async () => {
  harness = await openHarness();
  await harness.replica({ resolve }, { allowedNetworks: ['10.9.0.0/16'] });
});
afterAll(() => harness?.close());

const wish = { organisationId: 'acme', name: 'SOAR', url: 'https://hooks.example.com/in', types: [], createdBy: 'u' };
const create = (fields: Partial<typeof wish> & { types?: string[] } = {}) =>
  harness.webhooks.createWebhook({ ...wish, webhookId: newId(), ...fields });

describe('a webhook is refused', () => {
  test.each([
    ['an address that is none', 'nowhere', /is no address/],
    ['another protocol', 'ftp://hooks.example.com/', /must be https/],
    ['plain http on the internet', 'http://hooks.example.com/in', /must be https, or lead into a network/],
    ['loopback', 'https://127.0.0.1/in', /private network/],
    ['loopback, written otherwise', 'https://0x7f.1/in', /private network/],
    ['every address', 'https://0.0.0.0/in', /private network/],
    ['IPv6 loopback', 'https://[::1]/in', /private network/],
    ['a mapped address', 'https://[::ffff:192.168.1.1]/in', /private network/],
    ['a name of which one address is private', 'https://inside.example.com/', /WEBHOOKS_ALLOWED_NETWORKS/],
    ['the metadata of a cloud', 'https://metadata.example.com/', /private network/],
    ['a name of a mapped address', 'https://mapped.example.com/', /private network/],
    ['a name that nobody knows', 'https://none.example.com/', /nothing is known of the name none\.example\.com/],
    ['a name that can be none', `https://${'a.'.repeat(130)}example.com/`, /nothing is known of the name/],
    ['a password in it', 'https://me:secret@hooks.example.com/', /no user and password/],
    ['a part that is not sent', 'https://hooks.example.com/#here', /after #/],
  ])('for %s', async (_, url, message) => {
    await expect(create({ url })).rejects.toMatchObject({
      name: 'InvalidInput',
      code: 'webhook-invalid',
      field: 'url',
      message: expect.stringMatching(message),
    });
  });

  test('while names cannot be looked up, for now', async () => {
    await expect(create({ url: 'https://servfail.example.com/' })).rejects.toMatchObject({
      name: 'Unavailable',
      code: 'names-away',
    });
  });

  test('without a name, and for a type that there is not', async () => {
    await expect(create({ name: ' ' })).rejects.toMatchObject({ field: 'name' });
    await expect(create({ types: ['incident.opened', 'incident.exploded'] } as never)).rejects.toMatchObject({
      field: 'types',
      message: expect.stringContaining('incident.exploded is no type'),
    });
  });
});

test('a private network is for whoever the operator named, over plain http too', async () => {
  const { webhook } = await create({ url: 'http://lab.example.com/in' });
  expect(webhook!.url).toBe('http://lab.example.com/in');
});

test('the same request again finds the webhook that it made, with its secret', async () => {
  const same = { ...wish, webhookId: newId() };
  const once = await harness.webhooks.createWebhook(same);
  const again = await harness.webhooks.createWebhook(same);
  expect(again.webhook!.id).toBe(once.webhook!.id);
  expect(again.secret).toBe(once.secret);
  await expect(harness.webhooks.createWebhook({ ...same, organisationId: 'rival' })).rejects.toMatchObject({
    code: 'webhook-exists',
  });
  await expect(harness.webhooks.createWebhook({ ...wish, webhookId: 'mine' })).rejects.toMatchObject({
    field: 'webhook_id',
  });
});

test('an edit of a version that is not the present one is refused, and another organisation’s is unknown', async () => {
  const { webhook } = await create();
  const named = { organisationId: 'acme', webhookId: webhook!.id };
  const { webhook: changed } = await harness.webhooks.updateWebhook({ ...named, expectedRevision: 1n, name: 'SIEM' });
  expect(changed).toMatchObject({ name: 'SIEM', url: wish.url, revision: 2n });
  const stale = { ...named, expectedRevision: 1n };
  await expect(harness.webhooks.updateWebhook({ ...stale, enabled: false })).rejects.toMatchObject({
    code: 'revision-changed',
  });
  await expect(harness.webhooks.deleteWebhook(stale)).rejects.toMatchObject({ code: 'revision-changed' });
  await expect(harness.webhooks.rotateSecret({ ...named, graceMs: -1n })).rejects.toMatchObject({ field: 'grace_ms' });
  const theirs = { organisationId: 'rival', webhookId: webhook!.id };
  await expect(harness.webhooks.listDeliveries(theirs)).rejects.toMatchObject({ code: 'webhook-unknown' });
  expect((await harness.webhooks.listWebhooks(theirs)).webhooks).toEqual([]);
});

test('an organisation has fifty at most', async () => {
  for (let i = 0; i < 50; i += 1) await create({ organisationId: 'many' });
  await expect(create({ organisationId: 'many' })).rejects.toMatchObject({ code: 'too-many-webhooks' });
});

test('a master key that sealed none of this does not start', async () => {
  await create();
  const { natsUrl, mongoUrl } = harness.config;
  const other = createWebhooks({ natsUrl, mongoUrl, masterKey: Buffer.alloc(32, 1).toString('base64') }, { log });
  await expect(other.start()).rejects.toMatchObject({ code: 'master-key-wrong', field: 'WEBHOOKS_MASTER_KEY' });
});
