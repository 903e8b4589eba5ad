import { randomBytes } from 'node:crypto';
import { KEY_BYTES, readKeyring, seal, unseal } from '@tocsin/platform';

/**
 * What the master key is for: it wraps a data key for each person, and makes an index in which an address is found without
 * being read. Whoever deletes a person's wrapped key has erased what was sealed with it, in backups of the people as well.
 */
export interface Vault {
  /** A new data key, wrapped for one owner and nobody else. */
  newDataKey(owner: string): Uint8Array;
  /** Opens a wrapped data key. Throws `SealBroken` where the master key or the owner is another. */
  open(wrapped: Uint8Array, owner: string): DataKey;
  /** A data key as the newest master key wraps it; null where it does. Throws `SealBroken` like `open`. */
  renewed(wrapped: Uint8Array, owner: string): Uint8Array | null;
  /** Where an address of a channel is found. The same address has the same index, and the index tells nothing of it. */
  indexOf(channel: string, address: string): string;
  /** The same, with those that the master keys before made. */
  indexesOf(channel: string, address: string): readonly string[];
  /** How a short code rests that was sent for `owner`: without the master key it cannot be tried out. The newest key's first. */
  codeHashes(owner: string, code: string): readonly [string, ...string[]];
  /** More than one master key is given: what the newest did not wrap is to be renewed. */
  readonly isRotating: boolean;
}

export interface DataKey {
  /** `context` says what the text belongs to: sealed for one thing it opens for no other. */
  seal(text: string, context: string): Uint8Array;
  unseal(sealed: Uint8Array, context: string): string;
}

/** `masterKey` is 32 bytes in base64; of several, with commas, the first is the newest. */
export function createVault(masterKey: string): Vault {
  const keyring = readKeyring(masterKey, 'ROSTER_MASTER_KEY');
  const wrapping = keyring.sealer('tocsin roster wrapping v1');
  const indexes = keyring.marks('tocsin roster address index v1');
  const codes = keyring.marks('tocsin roster verification v1');
  return {
    isRotating: keyring.isRotating,
    newDataKey: (owner) => wrapping.seal(randomBytes(KEY_BYTES), owner),
    renewed: wrapping.renewed,
    open(wrapped, owner) {
      const key = wrapping.unseal(wrapped, owner);
      return {
        seal: (text, context) => seal(key, Buffer.from(text, 'utf8'), context),
        unseal: (sealed, context) => unseal(key, sealed, context).toString('utf8'),
      };
    },
    indexOf: (channel, address) => indexes(`${channel}|${address}`)[0],
    indexesOf: (channel, address) => indexes(`${channel}|${address}`),
    codeHashes: (owner, code) => codes(`${owner}|${code}`),
  };
}
