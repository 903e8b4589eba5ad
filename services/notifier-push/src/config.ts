import { createECDH } from 'node:crypto';
import { type CommonConfig, commonConfig, commonEnvironment, jsonText } from '@tocsin/notifier-kit';
import { z } from 'zod';

/** Who we are to push services (RFC 8292): browsers subscribe to the public key, and only its other half may send to them. */
export interface Vapid {
  /** In base64url, as all keys here. */
  publicKey: string;
  privateKey: string;
  /** Whom a push service turns to: `mailto:` or `https:`. */
  subject: string;
}

const pushService = z.strictObject({
  /** What subscriptions say. */
  origin: z
    .url('is not an address')
    .refine((text) => new URL(text).origin === text, 'must be an origin, without a path'),
  /** Where it is reached instead. It is the operator's: it may be inside of our own networks. */
  baseUrl: z.url('is not an address'),
});

/** A push service that is reached elsewhere than its subscriptions say. */
export type PushService = z.infer<typeof pushService>;

export interface PushConfig extends CommonConfig {
  vapid: Vapid;
  /** The pair before, for browsers that have subscribed to it and were not opened since. */
  previousVapid?: Vapid | undefined;
  pushServices: PushService[];
}

const publicKey = z.string().regex(/^B[A-P][A-Za-z0-9_-]{85}$/, 'must be a public key of P-256 in base64url');
const privateKey = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'must be a private key of P-256 in base64url');

const pair = z
  .strictObject({ publicKey, privateKey })
  .refine((keys) => belongTogether(keys.publicKey, keys.privateKey), 'its keys do not belong together');

const subject = z
  .string()
  .regex(/^(mailto:[^\s@]+@[^\s@]+\.[^\s@]+|https:\/\/[^\s/]+\S*)$/, 'must be mailto:<address> or an https address');

/** The environment of the notifier of web push. */
export const pushEnvironment = commonEnvironment
  .extend({
    VAPID_PUBLIC_KEY: publicKey,
    VAPID_PRIVATE_KEY: privateKey,
    VAPID_SUBJECT: subject,
    VAPID_PREVIOUS: jsonText.pipe(pair).optional(),
    PUSH_SERVICES: jsonText.pipe(z.array(pushService)).default([]),
  })
  .superRefine((env, ctx) => {
    if (belongTogether(env.VAPID_PUBLIC_KEY, env.VAPID_PRIVATE_KEY)) return;
    ctx.addIssue({ code: 'custom', path: ['VAPID_PRIVATE_KEY'], message: 'is not the other half of VAPID_PUBLIC_KEY' });
  })
  .transform(
    (env): PushConfig => ({
      ...commonConfig(env),
      vapid: {
        publicKey: env.VAPID_PUBLIC_KEY,
        privateKey: env.VAPID_PRIVATE_KEY,
        subject: env.VAPID_SUBJECT,
      },
      ...(env.VAPID_PREVIOUS ? { previousVapid: { ...env.VAPID_PREVIOUS, subject: env.VAPID_SUBJECT } } : {}),
      pushServices: env.PUSH_SERVICES,
    }),
  );

function belongTogether(publicKey: string, privateKey: string): boolean {
  const pair = createECDH('prime256v1');
  try {
    pair.setPrivateKey(privateKey, 'base64url');
  } catch {
    return false;
  }
  return pair.getPublicKey('base64url') === publicKey;
}
