import { randomBytes } from 'node:crypto';

const KEY_BYTES = 24;

/** A key that nobody guesses, of letters that stand in a URL's path as they are. It is told once, and rests as its hash. */
export function newKey(): string {
  return randomBytes(KEY_BYTES).toString('base64url');
}
