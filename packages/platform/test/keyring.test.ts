import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { readKeyring, SealBroken } from '../src/index.ts';

const [old, next, other] = [1, 2, 3].map(() => randomBytes(32).toString('base64'));
const plain = Buffer.from('+15550100');

test('the first key seals, and what any of them sealed is opened', () => {
  const before = readKeyring(old!, 'KEY').sealer('p');
  const between = readKeyring(`${next}, ${old}`, 'KEY').sealer('p');
  const after = readKeyring(next!, 'KEY').sealer('p');
  const sealed = before.seal(plain, 'c');
  expect(between.unseal(sealed, 'c')).toEqual(plain);
  expect(() => after.unseal(sealed, 'c')).toThrow(SealBroken);
  const renewed = between.renewed(sealed, 'c')!;
  expect(after.unseal(renewed, 'c')).toEqual(plain);
  expect(() => before.unseal(renewed, 'c')).toThrow(SealBroken);
  expect(between.renewed(renewed, 'c')).toBeNull();
  expect(() => between.renewed(readKeyring(other!, 'KEY').sealer('p').seal(plain, 'c'), 'c')).toThrow(SealBroken);
});

test('marks of both keys are known, the first one’s first', () => {
  const [mark] = readKeyring(old!, 'KEY').marks('p')('a');
  expect(readKeyring(`${next},${old}`, 'KEY').marks('p')('a')).toEqual([
    readKeyring(next!, 'KEY').marks('p')('a')[0],
    mark,
  ]);
});

test.each([
  ['one that is too short', `${old},AAAA`, 'must be 32 bytes in base64'],
  ['the same twice', `${old},${old}`, 'twice'],
  ['an empty place', `${old},`, 'must be 32 bytes in base64'],
])('%s is refused by the name of the setting', (_, text, words) => {
  expect(() => readKeyring(text, 'ROSTER_MASTER_KEY')).toThrow(words);
  expect(() => readKeyring(text, 'ROSTER_MASTER_KEY')).toThrow(expect.objectContaining({ field: 'ROSTER_MASTER_KEY' }));
});
