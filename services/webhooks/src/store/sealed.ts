import { randomBytes } from 'node:crypto';
import { deriveKey, readMasterKey, seal, unseal } from '@tocsin/platform';
import { Binary } from 'mongodb';
import type { WebhookRow } from './collections.ts';

/** What is known to the webhook's maker and its receiver alone. */
export interface Target {
  url: string;
  secret: string;
  /** Signs too, until `WebhookRow.oldSecretUntil`. */
  oldSecret: string | null;
}

const SECRET_BYTES = 32;

/** As Standard Webhooks writes it. */
export function newSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
}

/** Seals targets with a key of their own, each for its webhook. */
export interface Vault {
  seal(webhookId: string, target: Target): Binary;
  /** @throws SealBroken */
  open(row: Pick<WebhookRow, '_id' | 'sealed'>): Target;
}

/** @throws InvalidInput for a master key that is none */
export function createVault(masterKey: string): Vault {
  const key = deriveKey(readMasterKey(masterKey, 'WEBHOOKS_MASTER_KEY'), 'webhook-targets');
  return {
    seal: (webhookId, target) => new Binary(seal(key, Buffer.from(JSON.stringify(target)), `webhook/${webhookId}`)),
    open: ({ _id, sealed }) => JSON.parse(unseal(key, sealed.value(), `webhook/${_id}`).toString('utf8')) as Target,
  };
}

/** The secrets that sign now. */
export function signingSecrets({ secret, oldSecret }: Target, oldSecretUntil: Date | null, now: number): string[] {
  const graceRuns = oldSecret !== null && oldSecretUntil !== null && oldSecretUntil.getTime() > now;
  return graceRuns ? [secret, oldSecret] : [secret];
}
