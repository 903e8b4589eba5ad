import { createPublicKey, verify } from 'node:crypto';

const DAY_SECONDS = 24 * 3_600;

/** What is wrong with the `Authorization` of a push, by RFC 8292; null where nothing is. */
export function wrongVapid(
  header: string | undefined,
  expected: { audience: string; publicKey: string },
): string | null {
  const [, token = '', key = ''] = /^vapid t=([\w.-]+), ?k=([\w-]+)$/.exec(header ?? '') ?? [];
  if (token === '') return 'authorization is not "vapid t=…, k=…"';
  if (key !== expected.publicKey) return 'the key is not the one that the browser subscribed to';
  const [head = '', claims = '', signature = ''] = token.split('.');
  const { typ, alg } = read(head);
  if (typ !== 'JWT' || alg !== 'ES256') return `the token is a ${String(alg)} ${String(typ)}`;
  const point = Buffer.from(key, 'base64url');
  const jwk = { kty: 'EC', crv: 'P-256', x: point.subarray(1, 33).toString('base64url') };
  const publicKey = createPublicKey({ key: { ...jwk, y: point.subarray(33).toString('base64url') }, format: 'jwk' });
  const signed = Buffer.from(`${head}.${claims}`);
  const by = { key: publicKey, dsaEncoding: 'ieee-p1363' as const };
  if (!verify('sha256', signed, by, Buffer.from(signature, 'base64url'))) return 'the token is not signed by this key';
  const { aud, exp, sub } = read(claims);
  if (aud !== expected.audience) return `the token is for ${String(aud)}`;
  const now = Date.now() / 1_000;
  if (typeof exp !== 'number' || exp <= now || exp > now + DAY_SECONDS)
    return 'the token is not good for at most a day';
  if (typeof sub !== 'string' || !/^(mailto:\S+@\S+\.\S+|https:\/\/\S+)$/.test(sub))
    return 'the token says not whose it is';
  return null;
}

function read(part: string): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
  } catch {
    return {};
  }
}
