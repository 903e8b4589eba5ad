import { randomBytes } from 'node:crypto';
import { readKeyring } from '@tocsin/platform';
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
  /** The same target sealed by the newest master key; null where it is. @throws SealBroken */
  renewed(row: Pick<WebhookRow, '_id' | 'sealed'>): Binary | null;
  /** More than one master key is given: what the newest did not seal is to be renewed. */
  readonly isRotating: boolean;
}

/** @throws InvalidInput for a master key that is none */
export function createVault(masterKey: string): Vault {
  const keyring = readKeyring(masterKey, 'WEBHOOKS_MASTER_KEY');
  const sealer = keyring.sealer('webhook-targets');
  return {
    isRotating: keyring.isRotating,
    seal: (webhookId, target) => new Binary(sealer.seal(Buffer.from(JSON.stringify(target)), `webhook/${webhookId}`)),
    open: ({ _id, sealed }) => JSON.parse(sealer.unseal(sealed.value(), `webhook/${_id}`).toString('utf8')) as Target,
    renewed({ _id, sealed }) {
      const renewed = sealer.renewed(sealed.value(), `webhook/${_id}`);
      return renewed && new Binary(renewed);
    },
  };
}

/** The secrets that sign now. */
export function signingSecrets({ secret, oldSecret }: Target, oldSecretUntil: Date | null, now: number): string[] {
  const graceRuns = oldSecret !== null && oldSecretUntil !== null && oldSecretUntil.getTime() > now;
  return graceRuns ? [secret, oldSecret] : [secret];
}
