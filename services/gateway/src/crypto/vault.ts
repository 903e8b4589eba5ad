import { randomBytes, timingSafeEqual } from 'node:crypto';
import { KEY_BYTES, readKeyring, seal, unseal } from '@tocsin/platform';

/** What the gateway's master key is for. */
export interface Vault {
  /** A new data key for one user, wrapped. Whoever deletes it has erased the user's name, address and secrets. */
  newUserKey(userId: string): Buffer;
  sealFor(userKey: Uint8Array, userId: string, what: string, text: string): Buffer;
  unsealFor(userKey: Uint8Array, userId: string, what: string, sealed: Uint8Array): string;
  /** Where a mail address is found; tells nothing of it. */
  emailIndex(email: string): string;
  /** The same, with those that the master keys before made. */
  emailIndexes(email: string): readonly string[];
  /** What the newest master key makes of a user's key, or of what is short-lived; null where it made it. Throws `SealBroken`. */
  renewedUserKey(userKey: Uint8Array, userId: string): Buffer | null;
  renewed(sealed: Uint8Array, context: string): Buffer | null;
  /** More than one master key is given: what the newest did not seal is to be renewed. */
  readonly isRotating: boolean;
  /** Seals what lives for a short time and belongs to nobody's key: tickets and stored answers. */
  seal(text: string, context: string): Buffer;
  unseal(sealed: Uint8Array, context: string): string;
  /** `text` with a mark that only this gateway makes. */
  sign(text: string, purpose: string): string;
  /** What was signed, or undefined where the mark is not ours. */
  verify(signed: string, purpose: string): string | undefined;
}

/** `masterKey` is 32 bytes in base64; of several, with commas, the first is the newest. */
export function createVault(masterKey: string): Vault {
  const keyring = readKeyring(masterKey, 'GATEWAY_MASTER_KEY');
  const wrapping = keyring.sealer('tocsin gateway wrapping v1');
  const indexes = keyring.marks('tocsin gateway email index v1');
  const shortLived = keyring.sealer('tocsin gateway short-lived v1');
  const signing = keyring.marks('tocsin gateway signing v1');
  const marks = (text: string, purpose: string) => signing(`${purpose}|${text}`);

  return {
    isRotating: keyring.isRotating,
    newUserKey: (userId) => wrapping.seal(randomBytes(KEY_BYTES), userId),
    renewedUserKey: wrapping.renewed,
    renewed: shortLived.renewed,
    sealFor: (userKey, userId, what, text) =>
      seal(wrapping.unseal(userKey, userId), Buffer.from(text, 'utf8'), `${userId}|${what}`),
    unsealFor: (userKey, userId, what, sealed) =>
      unseal(wrapping.unseal(userKey, userId), sealed, `${userId}|${what}`).toString('utf8'),
    emailIndex: (email) => indexes(normalEmail(email))[0],
    emailIndexes: (email) => indexes(normalEmail(email)),
    seal: (text, context) => shortLived.seal(Buffer.from(text, 'utf8'), context),
    unseal: (sealed, context) => shortLived.unseal(sealed, context).toString('utf8'),
    sign: (text, purpose) => `${text}.${marks(text, purpose)[0]}`,
    verify(signed, purpose) {
      const dot = signed.lastIndexOf('.');
      if (dot < 0) return undefined;
      const text = signed.slice(0, dot);
      const given = Buffer.from(signed.slice(dot + 1));
      const isOurs = marks(text, purpose)
        .map((mark) => Buffer.from(mark))
        .some((mark) => given.length === mark.length && timingSafeEqual(given, mark));
      return isOurs ? text : undefined;
    },
  };
}

/** Mail addresses that differ in case only are one. */
function normalEmail(email: string): string {
  return email.trim().normalize('NFC').toLowerCase();
}
