import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { z } from 'zod';
import { createLine } from './in-line.ts';

const argon2id = promisify(argon2);

/**
 * Hashing takes a thread of the few that file and name look-ups share with it, and 19 MiB: guessing may not take them all, nor
 * may guesses pile up beyond what is answered in a few seconds.
 */
const line = createLine({ atOnce: 2, waiting: 100 });

function derive(parameters: Argon2Parameters): Promise<Buffer> {
  return line.take(() => argon2id('argon2id', parameters));
}

/** OWASP's second choice for Argon2id: 19 MiB, two passes, one lane; about 30 ms. */
const COST = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 };

/** No rules about kinds of characters: length is what helps (NIST SP 800-63B-4, 3.1.1.2). */
export const passwordSchema = z.string().min(12).max(256).describe('12 characters or more.');

/** Argon2id (RFC 9106) in PHC form. The same text typed on another keyboard is the same password. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const tag = await derive({ ...COST, message: normal(password), nonce: salt });
  return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${b64(salt)}$${b64(tag)}`;
}

const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/;

/** Takes the same time whether there is a hash or not, so that nobody learns by the clock who has an account. */
export async function verifyPassword(hash: string | null, password: string): Promise<boolean> {
  const [, memory, passes, parallelism, salt, tag] = PHC.exec(hash ?? (await decoy)) ?? [];
  if (!salt || !tag) throw new Error('a stored password hash is not in PHC form');
  const expected = Buffer.from(tag, 'base64');
  const given = await derive({
    message: normal(password),
    nonce: Buffer.from(salt, 'base64'),
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    tagLength: expected.length,
  });
  return timingSafeEqual(given, expected) && hash !== null;
}

const decoy = hashPassword(randomBytes(16).toString('hex'));

function normal(password: string): string {
  return password.normalize('NFKC');
}

function b64(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}
