import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Harness, openHarness } from './harness.ts';

let harness: Harness;
let key: { secret: string };
beforeAll(async () => {
  harness = await openHarness();
  await harness.owner();
  key = await harness.key('owner');
});
afterAll(() => harness?.close());

const bearer = () => ({ authorization: `Bearer ${key.secret}` });

async function send(path: string, init: RequestInit, url: string) {
  const response = await fetch(url + path, init);
  const { status, headers } = response;
  return { status, headers, body: (await response.json()) as { code?: string } };
}

test('limits of one who is known say what is left, and when to come again', async () => {
  const { url } = await harness.replica({}, { requestsPerMinute: 10 });
  const ask = () => send('/api/v1/me', { headers: bearer() }, url);
  const first = await ask();
  expect(first.headers.get('ratelimit-policy')).toBe('"principal";q=10;w=60');
  expect(first.headers.get('ratelimit')).toBe('"principal";r=9;t=60');
  for (let i = 0; i < 9; i += 1) expect((await ask()).status).toBe(200);
  const refused = await ask();
  expect([refused.status, refused.body.code]).toEqual([429, 'rate-limited']);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  const other = await harness.key('observer');
  expect((await send('/api/v1/me', { headers: { authorization: `Bearer ${other.secret}` } }, url)).status).toBe(200);
  harness.clock.advance(60_000);
  expect((await ask()).status).toBe(200);
});

test('limits of a network count who signs in and who guesses at keys, and not who is known', async () => {
  const { url } = await harness.replica({}, { strangersPerMinute: 5 });
  const guess = () => send('/api/v1/me', { headers: { authorization: 'Bearer tocsin_guess' } }, url);
  for (let i = 0; i < 3; i += 1) expect((await guess()).status).toBe(401);
  for (let i = 0; i < 2; i += 1) expect((await send('/api/v1/sign-in', {}, url)).status).toBe(200);
  expect((await guess()).status).toBe(429);
  expect((await send('/api/v1/sign-in', {}, url)).status).toBe(429);
  expect((await send('/api/v1/me', { headers: bearer() }, url)).status).toBe(200);
});

test('limits believe a forwarded address of a proxy that is trusted only', async () => {
  const trusting = await harness.replica({}, { strangersPerMinute: 2, trustedProxies: ['127.0.0.1'] });
  const wary = await harness.replica({}, { strangersPerMinute: 2 });
  const from = async (url: string, address: string) =>
    (await send('/api/v1/sign-in', { headers: { 'x-forwarded-for': address } }, url)).status;
  const addresses = ['198.51.100.1', '198.51.100.2', '2001:db8::1', '2001:db8::2', '2001:db8::3'];
  const asked = async (url: string) => {
    const statuses: number[] = [];
    for (const address of addresses) statuses.push(await from(url, address));
    return statuses;
  };
  expect(await asked(trusting.url)).toEqual([200, 200, 200, 200, 429]);
  expect(await asked(wary.url)).toEqual([200, 200, 429, 429, 429]);
});
