import type { ProviderErrorKind } from '../provider.ts';

/**
 * Twilio's error codes as far as they change what we do, in requests and in receipts. Twilio advises against relying on exact
 * codes because it keeps splitting them: one that is not here means that this route failed, and the next provider is asked.
 */
export const ERROR_CODES: Record<number, { kind: ProviderErrorKind; reason: string }> = {
  20003: { kind: 'auth', reason: 'account-refused' },
  20404: { kind: 'permanent', reason: 'not-found' },
  20429: { kind: 'rate-limited', reason: 'rate-limited' },
  21211: { kind: 'invalid-target', reason: 'invalid-number' },
  21214: { kind: 'invalid-target', reason: 'number-unreachable' },
  21217: { kind: 'invalid-target', reason: 'invalid-number' },
  21220: { kind: 'permanent', reason: 'not-in-progress' },
  21408: { kind: 'auth', reason: 'region-not-permitted' },
  21606: { kind: 'auth', reason: 'sender-not-usable' },
  21610: { kind: 'invalid-target', reason: 'stopped-by-recipient' },
  21611: { kind: 'rate-limited', reason: 'sender-queue-full' },
  21612: { kind: 'auth', reason: 'sender-not-usable' },
  21614: { kind: 'invalid-target', reason: 'not-a-mobile-number' },
  30001: { kind: 'rate-limited', reason: 'queue-overflow' },
  30002: { kind: 'auth', reason: 'account-suspended' },
  30003: { kind: 'temporary', reason: 'handset-unreachable' },
  30004: { kind: 'invalid-target', reason: 'blocked-by-recipient' },
  30005: { kind: 'invalid-target', reason: 'unknown-handset' },
  30006: { kind: 'invalid-target', reason: 'landline' },
  30007: { kind: 'permanent', reason: 'filtered-by-carrier' },
  30008: { kind: 'temporary', reason: 'carrier-error' },
  30034: { kind: 'auth', reason: 'sender-not-registered' },
  30410: { kind: 'temporary', reason: 'carrier-timeout' },
  32017: { kind: 'permanent', reason: 'call-blocked-by-carrier' },
};

/** What a receipt of failure with this code means: whose side failed, and the catalogued phrase for why. */
export function failureOf(code: string, otherwise: string): { receipt: 'failed' | 'refused'; reason: string } {
  const known = ERROR_CODES[Number(code)];
  return { receipt: known?.kind === 'invalid-target' ? 'refused' : 'failed', reason: known?.reason ?? otherwise };
}
