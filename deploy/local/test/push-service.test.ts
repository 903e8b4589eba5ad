import { createCipheriv, createECDH, createHmac, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parseOrganisation } from '@tocsin/cli';
import webPush from 'web-push';
import { type Carrier, createCarrier } from '../src/carrier/index.ts';
import { createPushService, LOCAL_PUSH, type LocalPushService, newVapidKeys, pushOf } from '../src/push/index.ts';
import { ada, shownOn, tap } from './carrier-setup.ts';

const VAPID = newVapidKeys();
const SUBJECT = 'mailto:operator@example.com';
const HOURS = 3_600;
const MESSAGE = {
  v: 1,
  kind: 'page',
  tag: 'INC-42',
  at: 1,
  page: 'p1',
  title: 'CRITICAL INC-42',
  body: 'db-17 unreachable',
  path: '/incidents/INC-42',
  token: 'a-token',
};

let push: LocalPushService;
const told: { path: string; answer?: string }[] = [];
let says: { status: number; says: string } | null;
beforeEach(async () => {
  told.splice(0);
  says = { status: 200, says: 'you have it' };
  push = createPushService({
    port: 0,
    publicKey: VAPID.publicKey,
    tell: async (path, { answer }) => {
      told.push({ path, ...(answer ? { answer } : {}) });
      return says;
    },
  });
  await push.start();
});
afterEach(() => push.stop());

const vapid = (fields: { audience?: string; keys?: typeof VAPID; expiresInSeconds?: number } = {}) => {
  const { audience = LOCAL_PUSH, keys = VAPID, expiresInSeconds = HOURS } = fields;
  const expiration = Math.floor(Date.now() / 1_000) + expiresInSeconds;
  return webPush.getVapidHeaders(audience, SUBJECT, keys.publicKey, keys.privateKey, 'aes128gcm', expiration)
    .Authorization;
};
const sealed = (message: object = MESSAGE, device = 'ada') => {
  const { p256dh, auth } = push.device(device).subscription;
  return webPush.encrypt(p256dh, auth, JSON.stringify(message), 'aes128gcm').cipherText;
};
const post = async (headers: Record<string, string | undefined> = {}, body = sealed(), device = 'ada') => {
  const all = { authorization: vapid(), 'content-encoding': 'aes128gcm', ttl: '60', urgency: 'high', ...headers };
  const given = Object.entries(all).filter((one): one is [string, string] => one[1] !== undefined);
  const response = await fetch(`${push.baseUrl}/devices/${device}`, { method: 'POST', headers: given, body });
  return response.status;
};

test('what is sent as it should be is opened, shown, and told to be shown', async () => {
  expect(await post({ topic: 'a-topic' })).toBe(201);
  expect(push.pushes).toMatchObject([
    { device: 'ada', ttlSeconds: 60, urgency: 'high', topic: 'a-topic', message: MESSAGE },
  ]);
  expect(push.device('ada').shown).toMatchObject([{ title: 'CRITICAL INC-42', rang: 1 }]);
  expect(told).toEqual([{ path: '/push/receipts' }]);
  expect(push.problems).toEqual([]);
});

describe('is not taken, and a problem:', () => {
  const other = newVapidKeys();
  test.each<[string, Record<string, string | undefined>, number]>([
    ['no signature', { authorization: undefined }, 400],
    ['a signature for another origin', { authorization: vapid({ audience: 'https://elsewhere.example' }) }, 403],
    ['another key', { authorization: vapid({ keys: other }) }, 403],
    [
      'our key over another’s signature',
      { authorization: vapid({ keys: other }).replace(/k=.*/, `k=${VAPID.publicKey}`) },
      403,
    ],
    ['a signature that ended', { authorization: vapid({ expiresInSeconds: -1 }) }, 403],
    ['no TTL', { ttl: undefined }, 400],
    ['a TTL that is none', { ttl: 'soon' }, 400],
    ['an urgency that is none', { urgency: 'urgent' }, 400],
    ['a topic that is too long', { topic: 't'.repeat(33) }, 400],
    ['another encoding', { 'content-encoding': 'aesgcm' }, 400],
  ])('%s', async (_, headers, status) => {
    push.device('ada');
    expect(await post(headers)).toBe(status);
    expect(push.problems).toHaveLength(1);
    expect(push.pushes).toEqual([]);
  });

  test('what is sealed for somebody else', async () => {
    push.device('ada');
    expect(await post({}, sealed(MESSAGE, 'ben'))).toBe(400);
    expect(push.problems).toHaveLength(1);
  });

  test('what the service worker would not know', async () => {
    expect(await post({}, sealed({ hello: 'there' }))).toBe(400);
    expect(push.problems[0]).toContain('does not know such a message');
  });
});

test('it opens what was sealed by the document (RFC 8291) alone, padded as it may be', async () => {
  const device = push.device('ada');
  const sender = createECDH('prime256v1');
  sender.generateKeys();
  const salt = randomBytes(16);
  const hmac = (key: Buffer, data: Buffer) => createHmac('sha256', key).update(data).digest();
  const secret = sender.computeSecret(device.keys.pair.getPublicKey());
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), device.keys.pair.getPublicKey(), sender.getPublicKey()]);
  const ikm = hmac(hmac(device.keys.auth, secret), Buffer.concat([info, Buffer.from([1])]));
  const prk = hmac(salt, ikm);
  const key = hmac(prk, Buffer.from('Content-Encoding: aes128gcm\0\x01')).subarray(0, 16);
  const nonce = hmac(prk, Buffer.from('Content-Encoding: nonce\0\x01')).subarray(0, 12);
  const cipher = createCipheriv('aes-128-gcm', key, nonce);
  // Padded, as a sender may.
  const padded = Buffer.concat([Buffer.from(JSON.stringify(MESSAGE)), Buffer.from([2]), Buffer.alloc(200)]);
  const record = Buffer.concat([cipher.update(padded), cipher.final(), cipher.getAuthTag()]);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(4_096);
  expect(await post({}, Buffer.concat([salt, size, Buffer.from([65]), sender.getPublicKey(), record]))).toBe(201);
  expect(push.pushes[0]?.message).toEqual(MESSAGE);
});

test('the browsers of the example organisation are those that are simulated', async () => {
  const yaml = await readFile(new URL('../../examples/organisation.yaml', import.meta.url), 'utf8');
  const addresses = parseOrganisation(yaml, 'organisation.yaml').people.flatMap(({ contact_methods }) =>
    contact_methods.filter(({ channel }) => channel === 'push').map(({ address }) => address),
  );
  expect(addresses.length).toBeGreaterThan(0);
  for (const address of addresses) {
    const [, name = ''] = /\/devices\/(\w+)#/.exec(address) ?? [];
    expect(address).toBe(push.device(name).address);
  }
});

test('nobody has a subscription that was never made; one that ended is gone', async () => {
  expect(await post({}, sealed(), 'nobody')).toBe(404);
  push.unsubscribe('ada');
  expect(await post()).toBe(410);
  expect(push.problems).toEqual([]);
});

describe('on the phone wall', () => {
  let carrier: Carrier;
  beforeEach(async () => {
    carrier = createCarrier({ port: 0, accounts: [] });
    await carrier.start();
    carrier.install(ada, pushOf(push, push.device('ada')));
  });
  afterEach(() => carrier.stop());

  const screen = async () => (await shownOn(carrier, ada)).apps;
  const press = (action: string) => tap(carrier, ada, { app: 'push-ada', message: 'INC-42', action });

  test('a page is on the screen with its buttons; a press is answered, and what came of it takes its place', async () => {
    expect(await screen()).toEqual([]);
    await post();
    expect(await screen()).toMatchObject([
      {
        app: 'push-ada',
        appName: 'Push',
        id: 'INC-42',
        title: 'CRITICAL INC-42',
        actions: [{ action: 'accept' }, { action: 'reject' }],
      },
    ]);
    expect(await press('accept')).toEqual({ status: 200, body: { taken: true } });
    expect(told).toContainEqual({ path: '/push/answers', answer: 'accept' });
    expect(await screen()).toMatchObject([{ body: 'You have it.', actions: [] }]);
    expect((await press('accept')).status).toBe(409);
  });

  test('where nobody takes the answer, it can be pressed again', async () => {
    await post();
    says = null;
    expect(await press('reject')).toEqual({ status: 200, body: { taken: false } });
    expect(await screen()).toMatchObject([{ body: expect.stringContaining('Try again.'), actions: [{}, {}] }]);
  });

  test('only the wall itself presses, and says what', async () => {
    await post();
    const whole = { app: 'push-ada', message: 'INC-42', action: 'accept' };
    expect((await tap(carrier, ada, whole, { origin: 'http://evil.example' })).status).toBe(403);
    expect((await tap(carrier, ada, { app: 'push-ada', message: 'INC-42' })).status).toBe(400);
    expect((await tap(carrier, ada, { ...whole, app: 'push-ben' })).status).toBe(400);
    expect(told.filter(({ path }) => path === '/push/answers')).toEqual([]);
  });
});
