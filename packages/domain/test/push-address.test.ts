import { expect, test } from '@jest/globals';
import { parsePushAddress, pushAddressOf } from '../src/index.ts';

const P256DH = `BL${'a'.repeat(85)}`;
const AUTH = 'b'.repeat(22);
const ENDPOINT = 'https://push.example.com/send/abc?x=1';

test('a subscription is one line, and is read back from it', () => {
  const address = { endpoint: ENDPOINT, p256dh: P256DH, auth: AUTH };
  expect(pushAddressOf(address)).toBe(`${ENDPOINT}#${P256DH}.${AUTH}`);
  expect(parsePushAddress(pushAddressOf(address))).toEqual(address);
});

test.each([
  ['a number', '+12125550123'],
  ['no keys', ENDPOINT],
  ['a key that is too short', `${ENDPOINT}#${P256DH.slice(1)}.${AUTH}`],
  ['a compressed point', `${ENDPOINT}#A${P256DH.slice(1)}.${AUTH}`],
  ['no secret', `${ENDPOINT}#${P256DH}`],
  ['a secret of another length', `${ENDPOINT}#${P256DH}.${AUTH}c`],
  ['two fragments', `${ENDPOINT}#x#${P256DH}.${AUTH}`],
  ['no address of the web', `ftp://push.example.com/#${P256DH}.${AUTH}`],
  ['a name and password', `https://a:b@push.example.com/#${P256DH}.${AUTH}`],
  ['no end', `https://push.example.com/${'x'.repeat(2_000)}#${P256DH}.${AUTH}`],
])('%s is no subscription, and is not repeated', (_, text) => {
  const wrong = parsePushAddress(text);
  expect(typeof wrong).toBe('string');
  expect(wrong).not.toContain(AUTH);
});
