import type { LookupAddress } from 'node:dns';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { createGuard, createPost, type Guard, NotAllowed, type Resolve } from '../src/index.ts';

const PRIVATE = [
  'https://127.0.0.1/',
  'https://127.1/',
  'https://0x7f000001/',
  'https://2130706433/',
  'https://0.0.0.0/',
  'https://10.0.0.1/',
  'https://100.64.0.1/',
  'https://169.254.169.254/latest/meta-data',
  'https://172.16.0.1/',
  'https://192.168.1.1/',
  'https://198.18.0.1/',
  'https://224.0.0.1/',
  'https://255.255.255.255/',
  'https://[::1]/',
  'https://[::]/',
  'https://[fe80::1]/',
  'https://[fd00::1]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[::ffff:8.8.8.8]/',
  'https://[64:ff9b::7f00:1]/',
  'https://[2002:7f00:1::]/',
  'https://[2001::1]/',
];
const PUBLIC = ['https://8.8.8.8/', 'https://[2606:4700::1111]/', 'https://172.32.0.1/', 'https://100.128.0.1/'];

function refuses(guard: Guard, url: string): boolean {
  try {
    guard.check(new URL(url));
    return false;
  } catch (error) {
    expect(error).toBeInstanceOf(NotAllowed);
    return true;
  }
}

/** What a connection to this name would be made to; null where it is refused. */
async function connectsTo(networks: string[], url: string, ...addresses: string[]): Promise<string[] | null> {
  const resolve: Resolve = (_, __, callback) =>
    callback(
      null,
      addresses.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  const lookup = createGuard(networks, resolve).lookup(new URL(url));
  return new Promise((done) => {
    lookup('hooks.example.com', { all: true }, (error, found) =>
      done(error ? null : (found as LookupAddress[]).map((one) => one.address)),
    );
  });
}

describe('an address that somebody gave us', () => {
  test.each(PRIVATE)('%s is refused', (url) => {
    expect(refuses(createGuard([]), url)).toBe(true);
  });

  test.each(PUBLIC)('%s is not', (url) => {
    expect(refuses(createGuard([]), url)).toBe(false);
  });

  test('may be private where the operator names the network, and only there may it be plain http', () => {
    const guard = createGuard(['10.1.0.0/16', 'fd00:1::/32']);
    const tried = [
      'https://10.1.2.3/',
      'http://10.1.2.3/',
      'https://[fd00:1::5]/',
      'https://10.2.0.1/',
      'http://8.8.8.8/',
    ];
    expect(tried.map((url) => refuses(guard, url))).toEqual([false, false, false, true, true]);
  });

  test('is refused where any address of its name is private', async () => {
    expect(await connectsTo([], 'https://hooks.example.com/', '8.8.8.8')).toEqual(['8.8.8.8']);
    expect(await connectsTo([], 'https://hooks.example.com/', '8.8.8.8', '10.0.0.1')).toBeNull();
    expect(await connectsTo([], 'https://hooks.example.com/', '::1')).toBeNull();
    expect(await connectsTo([], 'https://hooks.example.com/')).toBeNull();
    expect(await connectsTo([], 'http://hooks.example.com/', '8.8.8.8')).toBeNull();
    expect(await connectsTo(['10.0.0.0/8'], 'http://hooks.example.com/', '10.0.0.1')).toEqual(['10.0.0.1']);
  });
});

describe('a request', () => {
  const request = { headers: {}, body: '{}', signal: AbortSignal.timeout(10_000) };
  const postTo = (networks: string[], resolve?: Resolve) =>
    createPost({ guard: createGuard(networks, resolve), answerBytes: 1_000, longer: 'fails' });

  test('to a name that leads to this machine never leaves', async () => {
    const server = await serve((_, res) => void res.writeHead(204).end());
    const url = server.url.replace('127.0.0.1', 'localhost');
    await expect(postTo([])(url, request)).rejects.toMatchObject({ reason: 'address-not-allowed', neverLeft: true });
    expect(server.asked()).toBe(0);
    expect((await postTo(['127.0.0.0/8', '::1/128'])(url, request)).status).toBe(204);
    await server.stop();
  });

  test('goes to what was checked: a name that changes its mind is asked once', async () => {
    const server = await serve((_, res) => void res.writeHead(204).end());
    const answers = ['127.0.0.1', '10.0.0.1'];
    const resolve: Resolve = (_, __, callback) => callback(null, [{ address: answers.shift() ?? '', family: 4 }]);
    const url = server.url.replace('127.0.0.1', 'hooks.example.com');
    expect((await postTo(['127.0.0.0/8'], resolve)(url, request)).status).toBe(204);
    expect(answers).toEqual(['10.0.0.1']);
    await server.stop();
  });

  test('is not sent on to where an answer points', async () => {
    const second = await serve((_, res) => void res.writeHead(204).end());
    const first = await serve((_, res) => void res.writeHead(307, { location: second.url }).end());
    expect((await postTo(['127.0.0.0/8'])(first.url, request)).status).toBe(307);
    expect(second.asked()).toBe(0);
    await Promise.all([first.stop(), second.stop()]);
  });

  test('is given up where the answer has no end, or is cut where its status is all that is wanted', async () => {
    const server = await serve((_, res) => void res.writeHead(200).end('x'.repeat(300_000)));
    await expect(postTo(['127.0.0.0/8'])(server.url, request)).rejects.toMatchObject({
      reason: 'answer-too-long',
      neverLeft: false,
    });
    const cutting = createPost({ guard: createGuard(['127.0.0.0/8']), answerBytes: 1_000, longer: 'is-cut' });
    expect(await cutting(server.url, request)).toMatchObject({ status: 200, text: 'x'.repeat(1_000) });
    await server.stop();
  });

  test('that fails says how, and whether it may have arrived', async () => {
    const hangs = await serve(() => {});
    const drops = await serve((req) => void req.socket.destroy());
    const plain = await serve((_, res) => void res.writeHead(204).end());
    const unknown: Resolve = (_, __, callback) =>
      callback(Object.assign(new Error('gone'), { code: 'ENOTFOUND', syscall: 'getaddrinfo' }), []);
    const failures = [
      [() => postTo(['127.0.0.0/8'])(hangs.url, { ...request, signal: AbortSignal.timeout(200) }), 'timeout', false],
      [() => postTo(['127.0.0.0/8'])(drops.url, request), 'connection-cut', false],
      [() => postTo(['127.0.0.0/8'])('http://127.0.0.1:1/', request), 'unreachable', true],
      [() => postTo(['127.0.0.0/8'])(plain.url.replace('http:', 'https:'), request), 'tls-refused', true],
      [() => postTo([], unknown)('https://hooks.example.com/', request), 'name-unknown', true],
    ] as const;
    for (const [failing, reason, neverLeft] of failures) {
      await expect(failing()).rejects.toMatchObject({ reason, neverLeft });
    }
    await Promise.all([hangs.stop(), drops.stop(), plain.stop()]);
  });
});

async function serve(answer: RequestListener) {
  let asked = 0;
  const server = createServer((req, res) => {
    asked += 1;
    answer(req, res);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    asked: () => asked,
    async stop() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
