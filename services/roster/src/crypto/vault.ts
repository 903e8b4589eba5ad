import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { InvalidInput } from '@tocsin/platform';

/**
 * What the master key is for: it wraps a data key for each person, and makes an index in which an address is found without
 * being read. Whoever deletes a person's wrapped key has erased what was sealed with it, in backups of the people as well.
 */
export interface Vault {
  /** A new data key, wrapped for one owner and nobody else. */
  newDataKey(owner: string): Uint8Array;
  /** Opens a wrapped data key. Throws `SealBroken` where the master key or the owner is another. */
  open(wrapped: Uint8Array, owner: string): DataKey;
  /** Where an address of a channel is found. The same address has the same index, and the index tells nothing of it. */
  indexOf(channel: string, address: string): string;
  /** How a short code rests that was sent for `owner`: without the master key it cannot be tried out. */
  codeHash(owner: string, code: string): string;
}

export interface DataKey {
  /** `context` says what the text belongs to: sealed for one thing it opens for no other. */
  seal(text: string, context: string): Uint8Array;
  unseal(sealed: Uint8Array, context: string): string;
}

/** Bytes that this key did not seal, or that were changed, or that belong to something else. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** The first byte of what is sealed: how it was sealed. */
const FORMAT = 1;

/** `masterKey` is 32 bytes in base64. */
export function createVault(masterKey: string): Vault {
  const master = readKey(masterKey);
  const wrappingKey = derive(master, 'tocsin roster wrapping v1');
  const indexKey = derive(master, 'tocsin roster address index v1');
  const codeKey = derive(master, 'tocsin roster verification v1');
  return {
    newDataKey: (owner) => seal(wrappingKey, randomBytes(KEY_BYTES), owner),
    open(wrapped, owner) {
      const key = unseal(wrappingKey, wrapped, owner);
      return {
        seal: (text, context) => seal(key, Buffer.from(text, 'utf8'), context),
        unseal: (sealed, context) => unseal(key, sealed, context).toString('utf8'),
      };
    },
    indexOf: (channel, address) => createHmac('sha256', indexKey).update(`${channel}|${address}`).digest('base64url'),
    codeHash: (owner, code) => createHmac('sha256', codeKey).update(`${owner}|${code}`).digest('base64url'),
  };
}

function readKey(text: string): Buffer {
  const key = Buffer.from(text, 'base64');
  if (key.length === KEY_BYTES && key.toString('base64') === text.trim()) return key;
  throw new InvalidInput('the master key must be 32 bytes in base64', {
    code: 'master-key-invalid',
    field: 'ROSTER_MASTER_KEY',
  });
}

function derive(master: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', master, Buffer.alloc(0), purpose, KEY_BYTES));
}

/** AES-256-GCM as format, nonce, tag, ciphertext. */
function seal(key: Buffer, plain: Buffer, context: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context, 'utf8'));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([Buffer.of(FORMAT), nonce, cipher.getAuthTag(), body]);
}

function unseal(key: Buffer, sealed: Uint8Array, context: string): Buffer {
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
