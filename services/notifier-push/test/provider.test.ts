import { expect, test } from '@jest/globals';
import { AddressGone, createPost, type Notification, ProviderError } from '@tocsin/notifier-kit';
import { describeProvider } from '@tocsin/notifier-kit/testing';
import { createGuard } from '@tocsin/platform';
import { createPushService, LOCAL_PUSH, newVapidKeys } from '../../../deploy/local/src/push/index.ts';
import { createWebPush, providerIdOf } from '../src/providers/web-push.ts';
import { createAuthorize } from '../src/vapid.ts';
import { VAPID } from './world.ts';

async function setUp(vapid = VAPID, previousVapid?: typeof VAPID) {
  const push = createPushService({ port: 0, publicKey: VAPID.publicKey });
  await push.start();
  const authorize = {
    current: createAuthorize(vapid),
    previous: previousVapid && createAuthorize(previousVapid),
  };
  const services = [{ origin: LOCAL_PUSH, baseUrl: push.baseUrl }];
  const toAnybody = createPost(createGuard([]));
  const provider = createWebPush({ authorize, toAnybody, toNamed: createPost(null), services });
  return { push, provider, address: push.device('ada').address };
}

describeProvider('web-push', async () => {
  const { push, provider, address } = await setUp();
  return {
    provider,
    peer: {
      next: push.next,
      problems: push.problems,
      stop: push.stop,
      get asked() {
        return push.asked;
      },
      get resources() {
        const pages = push.pushes.filter(({ message }) => message.token !== '');
        return pages.map(({ message, to }) => ({ sid: providerIdOf(message.token), to }));
      },
    },
    secrets: [VAPID.privateKey, push.device('ada').subscription.auth, 'push.tocsin.test/devices'],
    invalidTarget: { do: 'refuse', status: 410 },
    address,
    statuses: { 404: 'invalid-target' },
    readsAnswers: false,
  };
});

const page = (fields: Partial<Notification> = {}): Notification => ({
  id: 'an-opaque-id',
  kind: 'page',
  address: '',
  incidentNumber: 'INC-42',
  severity: 'critical',
  title: 'db-17 unreachable',
  ownerName: '',
  note: '',
  drill: false,
  possibleRepeat: false,
  code: '',
  token: 'token',
  attempt: 1,
  usefulUntil: Date.now() + 90_000,
  ...fields,
});
const opts = () => ({ signal: AbortSignal.timeout(2_000) });

test('a page is urgent, waits no longer than it is useful, and gives way only to a newer page', async () => {
  const { push, provider, address } = await setUp();
  await provider.send(page({ address }), opts());
  await provider.send(page({ address, kind: 'taken', ownerName: 'Ben' }), opts());
  const revised = { notification: page({ address, token: '' }), revision: { state: 'taken' as const, name: 'Ben' } };
  await provider.revise?.('', revised, opts());
  const [first, news, revision] = push.pushes;
  expect(first).toMatchObject({ urgency: 'high', ttlSeconds: 90 });
  expect(news).toMatchObject({ urgency: 'normal' });
  expect(revision).toMatchObject({ urgency: 'normal', topic: news?.topic });
  expect(first?.topic).not.toBe(news?.topic);
  await push.stop();
  expect(push.problems).toEqual([]);
});

test('a page that is useful for longer than any push service keeps one is kept for as long as it does', async () => {
  const { push, provider, address } = await setUp();
  await provider.send(page({ address, usefulUntil: Date.now() + 40 * 86_400_000 }), opts());
  expect(push.pushes).toMatchObject([{ ttlSeconds: 28 * 86_400 }]);
  await push.stop();
});

test('we say who we are once in hours to a push service, not in each request', async () => {
  const authorize = createAuthorize(VAPID);
  expect(authorize('https://one.example')).toBe(authorize('https://one.example'));
  expect(authorize('https://one.example')).not.toBe(authorize('https://two.example'));
});

test.each([404, 410])('%i says that the browser is not there any more', async (status) => {
  const { push, provider, address } = await setUp();
  push.next({ do: 'refuse', status });
  await expect(provider.send(page({ address }), opts())).rejects.toBeInstanceOf(AddressGone);
  await push.stop();
});

test('what is too long is this message’s fault, and nobody’s address', async () => {
  const { push, provider, address } = await setUp();
  push.next({ do: 'refuse', status: 413 });
  const refused = provider.send(page({ address }), opts());
  await expect(refused).rejects.toMatchObject({ kind: 'permanent', reason: 'message-too-long' });
  await push.stop();
});

test('the longest words of every alphabet fit', async () => {
  const { push, provider, address } = await setUp();
  await provider.send(
    page({ address, title: '𠜎'.repeat(5_000), note: 'x', possibleRepeat: true, drill: true }),
    opts(),
  );
  expect(push.pushes).toHaveLength(1);
  await push.stop();
  expect(push.problems).toEqual([]);
});

test('with another key than the one that browsers subscribed to, the operator has to act', async () => {
  const { push, provider, address } = await setUp({ ...newVapidKeys(), subject: VAPID.subject });
  await expect(provider.send(page({ address }), opts())).rejects.toMatchObject({ kind: 'auth' });
  await push.stop();
});

test('a browser that subscribed to the pair before is reached with that, and one that was opened since with the new one', async () => {
  const fresh = { ...newVapidKeys(), subject: VAPID.subject };
  for (const [current, previous, asked] of [
    [fresh, VAPID, 2],
    [VAPID, fresh, 1],
  ] as const) {
    const { push, provider, address } = await setUp(current, previous);
    await provider.send(page({ address }), opts());
    expect(push.pushes).toHaveLength(1);
    expect(push.asked).toBe(asked);
    await push.stop();
  }
});

test.each([
  ['of this machine', 'https://127.0.0.1:1/x', 'address-not-allowed'],
  ['of a private network', 'https://10.0.0.1/x', 'address-not-allowed'],
  ['without TLS', 'http://93.184.216.34/x', 'address-not-allowed'],
])('an endpoint %s is never asked', async (_, endpoint, reason) => {
  const { push, provider, address } = await setUp();
  const elsewhere = address.replace(/^[^#]*/, endpoint);
  await expect(provider.send(page({ address: elsewhere }), opts())).rejects.toMatchObject({
    kind: 'invalid-target',
    reason,
  });
  await push.stop();
});

test('keys that are none are the address’s fault', async () => {
  const { push, provider, address } = await setUp();
  const broken = address.replace(/#.{87}/, `#B${'A'.repeat(86)}`);
  const refused = provider.send(page({ address: broken }), opts());
  await expect(refused).rejects.toMatchObject({ kind: 'invalid-target', reason: 'subscription-keys-wrong' });
  await expect(refused).rejects.toBeInstanceOf(ProviderError);
  await push.stop();
});
