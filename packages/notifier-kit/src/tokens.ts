import { createHash, randomBytes, randomInt } from 'node:crypto';

/** No 0/O, 1/I/L, 5/S, 2/Z or 8/B: a code is read from a small screen and typed in the dark. */
const ALPHABET = '34679ACDEFGHJKMNPQRTUVWXY';

/** 128 random bits for a callback address. */
export function newToken(): string {
  return randomBytes(16).toString('base64url');
}

export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

/** Four characters that a person types to answer a page. */
export function newCode(): string {
  return Array.from({ length: 4 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}
