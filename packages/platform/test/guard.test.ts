import type { LookupAddress } from 'node:dns';
import { describe, expect, test } from '@jest/globals';
import { createGuard, type Guard, NotAllowed, type Resolve } from '../src/index.ts';

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
