import { randomBytes } from 'node:crypto';

/** Twilio's identifiers: two letters for the kind, then 32 hexadecimal digits. */
export type SidPrefix = 'SM' | 'CA';

export function newSid(prefix: SidPrefix): string {
  return prefix + randomBytes(16).toString('hex');
}
