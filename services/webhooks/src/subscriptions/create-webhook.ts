import { createHash } from 'node:crypto';
import { Conflict, type Guard, isDuplicateKey, newId } from '@tocsin/platform';
import type { Collections, WebhookRow } from '../store/collections.ts';
import { newSecret, type Vault } from '../store/sealed.ts';
import { parseName, parseTypes, parseUrl } from './parse-webhook.ts';

const MOST = 50;

export interface WebhookWish {
  organisationId: string;
  name: string;
  url: string;
  types: string[];
  createdBy: string;
}

/**
 * A new webhook, for what happens from now on. The same request again finds the webhook that it made, and its secret.
 * @throws InvalidInput naming the field, Conflict where there are too many
 */
export async function createWebhook(
  { webhooks }: Collections,
  vault: Vault,
  guard: Guard,
  { organisationId, createdBy, ...wish }: WebhookWish,
  requestKey: string,
): Promise<{ row: WebhookRow; secret: string }> {
  const [name, types, url] = [parseName(wish.name), parseTypes(wish.types), await parseUrl(wish.url, guard)];
  const requestHash = createHash('sha256').update(`${organisationId}/${requestKey}`).digest('base64url');
  const made = await webhooks.findOne({ requestHash });
  if (made) return { row: made, secret: vault.open(made).secret };
  if ((await webhooks.countDocuments({ organisationId }, { limit: MOST })) >= MOST) {
    throw new Conflict(`there are ${MOST} webhooks, and no more can be made`, { code: 'too-many-webhooks' });
  }
  const _id = newId();
  const secret = newSecret();
  const now = new Date();
  const row: WebhookRow = {
    _id,
    organisationId,
    name,
    sealed: vault.seal(_id, { url, secret, oldSecret: null }),
    types,
    enabled: true,
    disabledBecause: null,
    disabledAt: null,
    generation: 1,
    since: now,
    revision: 1,
    createdAt: now,
    createdBy,
    requestHash,
    oldSecretUntil: null,
    failingSince: null,
    lastDeliveredAt: null,
    pausedUntil: null,
  };
  try {
    await webhooks.insertOne(row);
  } catch (error) {
    const other = isDuplicateKey(error) ? await webhooks.findOne({ requestHash }) : null;
    if (!other) throw error;
    return { row: other, secret: vault.open(other).secret };
  }
  return { row, secret };
}
