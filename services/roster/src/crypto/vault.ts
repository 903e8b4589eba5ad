import { createHmac, randomBytes } from 'node:crypto';
import { deriveKey, KEY_BYTES, readMasterKey, seal, unseal } from '@tocsin/platform';

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

/** `masterKey` is 32 bytes in base64. */
export function createVault(masterKey: string): Vault {
  const master = readMasterKey(masterKey, 'ROSTER_MASTER_KEY');
  const wrappingKey = deriveKey(master, 'tocsin roster wrapping v1');
  const indexKey = deriveKey(master, 'tocsin roster address index v1');
  const codeKey = deriveKey(master, 'tocsin roster verification v1');
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
