import webPush from 'web-push';
import type { Vapid } from './config.ts';

/** Push services take none that is good for longer than a day. */
const GOOD_FOR_SECONDS = 12 * 3_600;
/** Signed anew well before it ends. Signing is most of what a push costs. */
const USED_FOR_MS = 6 * 3_600_000;
/** Origins that are remembered; there are a handful of vendors. */
const REMEMBERED = 200;

/** The `Authorization` of a request to a push service's origin, signed once in hours. */
export type Authorize = (origin: string) => string;

export function createAuthorize({ publicKey, privateKey, subject }: Vapid): Authorize {
  const known = new Map<string, { header: string; until: number }>();
  return (origin) => {
    const now = Date.now();
    const kept = known.get(origin);
    if (kept && kept.until > now) return kept.header;
    const expiration = Math.floor(now / 1_000) + GOOD_FOR_SECONDS;
    const { Authorization: header } = webPush.getVapidHeaders(
      origin,
      subject,
      publicKey,
      privateKey,
      'aes128gcm',
      expiration,
    );
    if (known.size >= REMEMBERED) known.clear();
    known.set(origin, { header, until: now + USED_FOR_MS });
    return header;
  };
}
