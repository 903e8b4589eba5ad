import { expect, test } from '@jest/globals';
import type { Provider } from '../src/provider.ts';
import { createProviderPool } from '../src/provider-pool.ts';

const provider = (id: string): Provider => ({
  id,
  capabilities: { lookUp: false, stop: false, revise: false },
  send: async () => ({ providerId: 'x' }),
});
const ids = (providers: Provider[]) => providers.map((one) => one.id);

test('a provider that failed five times in a row is asked last for half a minute', () => {
  const pool = createProviderPool([provider('a'), provider('b')]);
  for (let n = 0; n < 4; n += 1) pool.failed('a', { kind: 'temporary' }, 1_000);
  expect(ids(pool.order([], 1_000))).toEqual(['a', 'b']);
  pool.failed('a', { kind: 'unknown' }, 1_000);
  expect(ids(pool.order([], 1_001))).toEqual(['b', 'a']);
  expect(ids(pool.order([], 31_001))).toEqual(['a', 'b']);
});

test('one success closes it again, and a wrong number is not the provider’s fault', () => {
  const pool = createProviderPool([provider('a'), provider('b')]);
  for (let n = 0; n < 9; n += 1) pool.failed('a', { kind: 'invalid-target' }, 1_000);
  expect(ids(pool.order([], 1_000))).toEqual(['a', 'b']);
  for (let n = 0; n < 5; n += 1) pool.failed('a', { kind: 'auth' }, 1_000);
  pool.succeeded('a');
  expect(ids(pool.order([], 1_000))).toEqual(['a', 'b']);
});

test('a provider that asks to be left alone is asked last for as long', () => {
  const pool = createProviderPool([provider('a'), provider('b')]);
  pool.failed('a', { kind: 'rate-limited', retryAfterMs: 2_000 }, 1_000);
  expect(ids(pool.order([], 2_999))).toEqual(['b', 'a']);
  expect(ids(pool.order([], 3_001))).toEqual(['a', 'b']);
});

test('a notification that is resumed goes on with whoever was asked least', () => {
  const pool = createProviderPool([provider('a'), provider('b'), provider('c')]);
  expect(ids(pool.order([{ provider: 'a' }, { provider: 'a' }, { provider: 'b' }], 0))).toEqual(['c', 'b', 'a']);
});

test('two providers of one id are a mistake', () => {
  expect(() => createProviderPool([provider('a'), provider('a')])).toThrow('same id');
});
