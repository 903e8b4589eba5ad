import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { InvalidInput } from '@tocsin/platform';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Keys of people's addresses. Each person has a data key of their own, kept only as wrapped by the master key: without it their
 * addresses are noise, and so a person is erased by deleting one key. The index lets an address be found without being readable.
 */
export interface Vault {
  /** A new data key, wrapped. */
  newKey(person: string): string;
  seal(wrappedKey: string, person: string, field: string, text: string): string;
  /** @throws Error where key, person, field and text do not belong together. */
  open(wrappedKey: string, person: string, field: string, sealed: string): string;
  /** The same for the same channel and address, and says nothing of either. */
  index(channel: string, address: string): string;
}

export function createVault(masterKeyBase64: string): Vault {
  const master = Buffer.from(masterKeyBase64, 'base64');
  if (master.length !== 32) {
    throw new InvalidInput('the master key is 32 bytes in base64: make one with `openssl rand -base64 32`', {
      code: 'master-key-invalid',
      field: 'ROSTER_MASTER_KEY',
    });
  }
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', master, '', purpose, 32));
  const wrapping = derive('tocsin roster key wrapping');
  const indexing = derive('tocsin roster address index');

  return {
    newKey: (person) => encrypt(wrapping, `key|${person}`, randomBytes(32)),
    seal: (wrapped, person, field, text) =>
      encrypt(decrypt(wrapping, `key|${person}`, wrapped), `${person}|${field}`, Buffer.from(text, 'utf8')),
    open: (wrapped, person, field, sealed) =>
      decrypt(decrypt(wrapping, `key|${person}`, wrapped), `${person}|${field}`, sealed).toString('utf8'),
    index: (channel, address) => createHmac('sha256', indexing).update(`${channel}|${address}`).digest('base64url'),
  };
}

function encrypt(key: Buffer, about: string, plain: Buffer): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(about, 'utf8'));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
}

function decrypt(key: Buffer, about: string, text: string): Buffer {
  const bytes = Buffer.from(text, 'base64');
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv(ALGORITHM, key, nonce)
    .setAAD(Buffer.from(about, 'utf8'))
    .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
}
