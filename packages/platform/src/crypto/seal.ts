import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { InvalidInput } from '../errors/errors.ts';

/** Bytes that this key did not seal, or that were changed, or that belong to something else. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

export const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** The first byte of what is sealed: how it was sealed. */
const FORMAT = 1;

/** A master key of 32 bytes in base64. Throws `InvalidInput` that names the setting. */
export function readMasterKey(text: string, setting: string): Buffer {
  const key = Buffer.from(text, 'base64');
  if (key.length === KEY_BYTES && key.toString('base64') === text.trim()) return key;
  throw new InvalidInput('the master key must be 32 bytes in base64', { code: 'master-key-invalid', field: setting });
}

/** A key for one purpose (HKDF, RFC 5869): what is known of it says nothing of the master key, nor of the key for another purpose. */
export function deriveKey(master: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', master, Buffer.alloc(0), purpose, KEY_BYTES));
}

/** AES-256-GCM as format, nonce, tag, ciphertext. `context` says what it belongs to: sealed for one thing it opens for no other. */
export function seal(key: Buffer, plain: Buffer, context: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context, 'utf8'));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([Buffer.of(FORMAT), nonce, cipher.getAuthTag(), body]);
}

/** Throws `SealBroken`. */
export function unseal(key: Buffer, sealed: Uint8Array, context: string): Buffer {
  const bytes = Buffer.from(sealed);
  const bodyAt = 1 + NONCE_BYTES + TAG_BYTES;
  if (bytes[0] !== FORMAT || bytes.length < bodyAt) throw new SealBroken('not of a known format');
  const nonce = bytes.subarray(1, 1 + NONCE_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(context, 'utf8'))
    .setAuthTag(bytes.subarray(1 + NONCE_BYTES, bodyAt));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(bodyAt)), decipher.final()]);
  } catch (cause) {
    throw new SealBroken('sealed by another key, or for something else', { cause });
  }
}
