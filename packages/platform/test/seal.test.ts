import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { deriveKey, readMasterKey } from '../src/crypto/seal.ts';
import { SealBroken, seal, unseal } from '../src/index.ts';

const key = randomBytes(32);

test('what is sealed opens with the same key and for the same thing', () => {
  const sealed = seal(key, Buffer.from('words'), 'thing');
  expect(unseal(key, sealed, 'thing').toString()).toBe('words');
  expect(seal(key, Buffer.from('words'), 'thing').equals(sealed)).toBe(false);
});

test.each([
  ['with another key', (sealed: Buffer) => unseal(randomBytes(32), sealed, 'thing')],
  ['for another thing', (sealed: Buffer) => unseal(key, sealed, 'other')],
  ['where a bit was turned', (sealed: Buffer) => unseal(key, sealed.with(-1, sealed.at(-1)! ^ 1) as Buffer, 'thing')],
  ['where it was cut off', (sealed: Buffer) => unseal(key, sealed.subarray(0, 20), 'thing')],
  [
    'where it is of another format',
    (sealed: Buffer) => unseal(key, Buffer.concat([Buffer.of(9), sealed.subarray(1)]), 'thing'),
  ],
])('it does not open %s', (_, open) => {
  expect(() => open(seal(key, Buffer.from('words'), 'thing'))).toThrow(SealBroken);
});

test('keys for two purposes differ', () => {
  expect(deriveKey(key, 'one').equals(deriveKey(key, 'other'))).toBe(false);
});

test.each(['', 'short', randomBytes(31).toString('base64'), 'x'.repeat(44)])('%s is no master key', (text) => {
  expect(() => readMasterKey(text, 'THE_KEY')).toThrow(
    expect.objectContaining({ code: 'master-key-invalid', field: 'THE_KEY' }),
  );
});
