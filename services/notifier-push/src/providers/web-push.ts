import { createHash } from 'node:crypto';
import { type PushAddress, parsePushAddress } from '@tocsin/domain';
import {
  AddressGone,
  type Answer,
  type Notification,
  type Post,
  type Provider,
  ProviderError,
  statusError,
} from '@tocsin/notifier-kit';
import webPush from 'web-push';
import type { PushService } from '../config.ts';
import { type PushMessage, renderPush } from '../render-push.ts';
import type { Authorize } from '../vapid.ts';

/** What became of a page is worth knowing for as long as it may be looked at. */
const REVISION_SECONDS = 4 * 3_600;
/** Vendors refuse to keep anything for longer. */
const LONGEST_SECONDS = 28 * 24 * 3_600;

export interface WebPushParts {
  /** By the pair that browsers subscribe to, and by the one that they subscribed to before. */
  authorize: { current: Authorize; previous?: Authorize | undefined };
  /** To whatever a browser said: kept out of our networks. */
  toAnybody: Post;
  /** To what the operator named. */
  toNamed: Post;
  services: readonly PushService[];
}

/** Browsers, through the push services of their vendors: RFC 8030, encrypted by RFC 8291, with VAPID (RFC 8292). */
export function createWebPush({ authorize, toAnybody, toNamed, services }: WebPushParts): Provider {
  async function push(
    address: string,
    message: PushMessage,
    opts: { ttlSeconds: number; urgency: 'high' | 'normal'; signal: AbortSignal },
  ): Promise<void> {
    const target = parsePushAddress(address);
    if (typeof target === 'string') throw new ProviderError('invalid-target', 'address-of-another-kind');
    const { origin } = new URL(target.endpoint);
    const named = services.find((one) => one.origin === origin);
    const url = named ? target.endpoint.replace(origin, named.baseUrl.replace(/\/+$/, '')) : target.endpoint;
    const body = encrypted(target, message);
    const headers = {
      'content-type': 'application/octet-stream',
      'content-encoding': 'aes128gcm',
      ttl: String(opts.ttlSeconds),
      urgency: opts.urgency,
      topic: topicOf(message),
    };
    const post = (by: Authorize) =>
      (named ? toNamed : toAnybody)(url, {
        headers: { ...headers, authorization: by(origin) },
        body,
        signal: opts.signal,
      });
    let answer = await post(authorize.current);
    // It was subscribed to another key than this: to the one before, where there is one.
    const isOther = answer.status === 401 || answer.status === 403;
    if (isOther && authorize.previous) answer = await post(authorize.previous);
    if (answer.status < 200 || answer.status > 299) throw refusal(answer);
  }

  return {
    id: 'web-push',
    capabilities: { lookUp: false, stop: false, revise: true },
    revisesByAddress: true,
    async send(notification, { signal }) {
      const { kind, address, token, usefulUntil } = notification;
      const now = Date.now();
      const ttlSeconds = Math.min(LONGEST_SECONDS, Math.max(1, Math.ceil((usefulUntil - now) / 1_000)));
      const urgency = kind === 'page' ? 'high' : 'normal';
      await push(address, renderPush(notification, now), { ttlSeconds, urgency, signal });
      return { providerId: providerIdOf(token) };
    },
    async revise(_, { notification, revision }, { signal }) {
      const message = renderPush(notification, Date.now(), revision);
      await push(notification.address, message, { ttlSeconds: REVISION_SECONDS, urgency: 'normal', signal });
    },
  };
}

/** Push services name no message in a way that a browser would know; what the browser says back names it by its token. */
export function providerIdOf(token: Notification['token']): string {
  return createHash('sha256').update(`web-push ${token}`).digest('base64url').slice(0, 22);
}

/**
 * Of what waits at the push service for a browser that is away only the newest of a topic is kept (RFC 8030, 5.4). A page never gives
 * way to news: those have a topic of their own.
 */
function topicOf({ tag, kind }: PushMessage): string {
  const name = `${tag} ${kind === 'page' ? 'page' : 'news'}`;
  return createHash('sha256').update(name).digest('base64url').slice(0, 32);
}

function encrypted({ p256dh, auth }: PushAddress, message: PushMessage): Uint8Array {
  try {
    return webPush.encrypt(p256dh, auth, JSON.stringify(message), 'aes128gcm').cipherText;
  } catch {
    throw new ProviderError('invalid-target', 'subscription-keys-wrong');
  }
}

/** 404 and 410: the subscription is no more (RFC 8030, 7.3). 403: made for another key than ours, which is ours to mend. */
function refusal(answer: Answer): ProviderError {
  const { status } = answer;
  if (status === 404 || status === 410) return new AddressGone('subscription-expired');
  if (status === 413) return new ProviderError('permanent', 'message-too-long');
  return statusError(answer, 'auth');
}
