import { createHmac, timingSafeEqual } from 'node:crypto';

/** Slack's own bound: what is older may be somebody's recording. */
const TOLERANCE_MS = 5 * 60_000;

/** Slack's signature, version 0, over the bytes as they came (https://docs.slack.dev/authentication/verifying-requests-from-slack). */
export function isSignedBySlack(
  secrets: readonly string[],
  { timestamp, signature, body }: { timestamp: string; signature: string; body: Buffer },
  now: number,
): boolean {
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now - Number(timestamp) * 1_000) > TOLERANCE_MS) return false;
  return secrets.some((secret) => isSame(signature, signSlack(secret, timestamp, body)));
}

export function signSlack(secret: string, timestamp: string, body: Buffer | string): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex')}`;
}

function isSame(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
}
