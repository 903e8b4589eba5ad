import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { deriveKey, KEY_BYTES, readMasterKey, seal, unseal } from '@tocsin/platform';

/** What the gateway's master key is for. */
export interface Vault {
  /** A new data key for one user, wrapped. Whoever deletes it has erased the user's name, address and secrets. */
  newUserKey(userId: string): Buffer;
  sealFor(userKey: Uint8Array, userId: string, what: string, text: string): Buffer;
  unsealFor(userKey: Uint8Array, userId: string, what: string, sealed: Uint8Array): string;
  /** Where a mail address is found; tells nothing of it. */
  emailIndex(email: string): string;
  /** Seals what lives for a short time and belongs to nobody's key: tickets and stored answers. */
  seal(text: string, context: string): Buffer;
  unseal(sealed: Uint8Array, context: string): string;
  /** `text` with a mark that only this gateway makes. */
  sign(text: string, purpose: string): string;
  /** What was signed, or undefined where the mark is not ours. */
  verify(signed: string, purpose: string): string | undefined;
}

/** `masterKey` is 32 bytes in base64. */
export function createVault(masterKey: string): Vault {
  const master = readMasterKey(masterKey, 'GATEWAY_MASTER_KEY');
  const wrapping = deriveKey(master, 'tocsin gateway wrapping v1');
  const index = deriveKey(master, 'tocsin gateway email index v1');
  const shortLived = deriveKey(master, 'tocsin gateway short-lived v1');
  const signing = deriveKey(master, 'tocsin gateway signing v1');
  const mark = (text: string, purpose: string) =>
    createHmac('sha256', signing).update(`${purpose}|${text}`).digest('base64url');

  return {
    newUserKey: (userId) => seal(wrapping, randomBytes(KEY_BYTES), userId),
    sealFor: (userKey, userId, what, text) =>
      seal(unseal(wrapping, userKey, userId), Buffer.from(text, 'utf8'), `${userId}|${what}`),
    unsealFor: (userKey, userId, what, sealed) =>
      unseal(unseal(wrapping, userKey, userId), sealed, `${userId}|${what}`).toString('utf8'),
    emailIndex: (email) => createHmac('sha256', index).update(normalEmail(email)).digest('base64url'),
    seal: (text, context) => seal(shortLived, Buffer.from(text, 'utf8'), context),
    unseal: (sealed, context) => unseal(shortLived, sealed, context).toString('utf8'),
    sign: (text, purpose) => `${text}.${mark(text, purpose)}`,
    verify(signed, purpose) {
      const dot = signed.lastIndexOf('.');
      if (dot < 0) return undefined;
      const text = signed.slice(0, dot);
      const expected = Buffer.from(mark(text, purpose));
      const given = Buffer.from(signed.slice(dot + 1));
      return given.length === expected.length && timingSafeEqual(given, expected) ? text : undefined;
    },
  };
}

/** Mail addresses that differ in case only are one. */
function normalEmail(email: string): string {
  return email.trim().normalize('NFC').toLowerCase();
}
