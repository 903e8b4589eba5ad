import { createHmac } from 'node:crypto';
import { InvalidInput } from '../errors/errors.ts';
import { deriveKey, readMasterKey, SealBroken, seal, unseal } from './seal.ts';

/** Master keys of which one takes another's place: the first seals and marks, and what any of them sealed is opened. */
export interface Keyring {
  /** More than one: something may rest that the first did not seal. */
  readonly isRotating: boolean;
  /** Seals with a key for one purpose. */
  sealer(purpose: string): Sealer;
  /** HMAC-SHA-256 with keys for one purpose, in base64url: the first key's first. */
  marks(purpose: string): (text: string) => readonly [string, ...string[]];
}

export interface Sealer {
  seal(plain: Buffer, context: string): Buffer;
  /** Throws `SealBroken` where none of the keys sealed it. */
  unseal(sealed: Uint8Array, context: string): Buffer;
  /** The same sealed by the first key; null where it is. Throws `SealBroken` like `unseal`. */
  renewed(sealed: Uint8Array, context: string): Buffer | null;
}

/** Keys of 32 bytes in base64 with commas between them, the one to seal with first. Throws `InvalidInput` that names the setting. */
export function readKeyring(text: string, setting: string): Keyring {
  const masters = text.split(',').map((one) => readMasterKey(one.trim(), setting));
  if (new Set(masters.map((key) => key.toString('base64'))).size < masters.length) {
    throw new InvalidInput('names a master key twice', { code: 'master-key-twice', field: setting });
  }
  return {
    isRotating: masters.length > 1,
    sealer: (purpose) => createSealer(masters.map((master) => deriveKey(master, purpose))),
    marks(purpose) {
      const [first, ...others] = masters.map((master) => deriveKey(master, purpose));
      const mark = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest('base64url');
      return (text) => [mark(first!, text), ...others.map((key) => mark(key, text))];
    },
  };
}

function createSealer(keys: readonly Buffer[]): Sealer {
  const [first] = keys;
  function open(sealed: Uint8Array, context: string): { plain: Buffer; by: Buffer } {
    let broken: unknown;
    for (const by of keys) {
      try {
        return { plain: unseal(by, sealed, context), by };
      } catch (error) {
        if (!(error instanceof SealBroken)) throw error;
        broken ??= error;
      }
    }
    throw broken;
  }
  return {
    seal: (plain, context) => seal(first!, plain, context),
    unseal: (sealed, context) => open(sealed, context).plain,
    renewed(sealed, context) {
      const { plain, by } = open(sealed, context);
      return by === first ? null : seal(first!, plain, context);
    },
  };
}
