import { randomInt } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { secretHash } from './secret-hash.ts';

const STEP_SECONDS = 30;

export interface NewTotp {
  /** Base32, for typing. */
  secret: string;
  /** `otpauth://…`, for a QR code. */
  uri: string;
}

export function newTotp(label: string): NewTotp {
  const totp = totpOf(new Secret({ size: 20 }).base32, label);
  return { secret: totp.secret.base32, uri: totp.toString() };
}

/** The time step (RFC 6238) that a code is of, one step off allowed; undefined where it is of none. A step is to be accepted once. */
export function stepOfCode(secret: string, code: string, now: number): number | undefined {
  const delta = totpOf(secret).validate({ token: code, timestamp: now, window: 1 });
  return delta === null ? undefined : Math.floor(now / 1_000 / STEP_SECONDS) + delta;
}

function totpOf(secret: string, label = 'Tocsin'): TOTP {
  return new TOTP({
    issuer: 'Tocsin',
    label,
    algorithm: 'SHA1',
    digits: 6,
    period: STEP_SECONDS,
    secret: Secret.fromBase32(secret),
  });
}

/** Without letters and digits that are taken for each other. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';

/** Ten codes of 59 random bits each, to be shown once. */
export function newRecoveryCodes(): string[] {
  const group = () => Array.from({ length: 4 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  return Array.from({ length: 10 }, () => `${group()}-${group()}-${group()}`);
}

export function recoveryCodeHash(code: string): string {
  return secretHash(code.toLowerCase().replaceAll(/[^a-z0-9]/g, ''));
}
