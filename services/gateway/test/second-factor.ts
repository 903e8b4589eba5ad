import { Secret, TOTP } from 'otpauth';
import type { Harness, SignedIn } from './harness.ts';

/** What the user's authenticator app shows at an instant. */
export function codeOf(secret: string, now: number): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: now });
}

export async function addTotp({ api, clock }: Harness, user: SignedIn): Promise<{ secret: string; codes: string[] }> {
  const begun = (await api.call('me.beginTotp', { as: user })).body as { ticket: string; secret: string };
  const body = { ticket: begun.ticket, code: codeOf(begun.secret, clock.now()) };
  const { codes } = (await api.call('me.addTotp', { as: user, body })).body as { codes: string[] };
  return { secret: begun.secret, codes };
}
