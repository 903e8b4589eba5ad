import { Conflict, type Guard, InvalidInput, isDuplicateKey } from '@tocsin/platform';
import type { Collections, WebhookRow } from '../store/collections.ts';
import { newSecret, type Vault } from '../store/sealed.ts';
import { parseName, parseTypes, parseUrl } from './parse-webhook.ts';

const MOST = 50;
const WEBHOOK_ID = /^[0-9A-Z]{26}$/;

export interface WebhookWish {
  /** The same when it is asked for again. */
  webhookId: string;
  organisationId: string;
  name: string;
  url: string;
  types: string[];
  createdBy: string;
}

/**
 * A new webhook, for what happens from now on. Asked for again with its id, it is found made, with its secret.
 * @throws InvalidInput naming the field, Conflict where there are too many
 */
export async function createWebhook(
  { webhooks }: Collections,
  vault: Vault,
  guard: Guard,
  { webhookId: _id, organisationId, createdBy, ...wish }: WebhookWish,
): Promise<{ row: WebhookRow; secret: string }> {
  if (!WEBHOOK_ID.test(_id)) {
    throw new InvalidInput('is 26 digits and capital letters', { code: 'webhook-invalid', field: 'webhook_id' });
  }
  const [name, types, url] = [parseName(wish.name), parseTypes(wish.types), await parseUrl(wish.url, guard)];
  const made = await webhooks.findOne({ _id });
  if (made) return again(made, organisationId, vault);
  if ((await webhooks.countDocuments({ organisationId }, { limit: MOST })) >= MOST) {
    throw new Conflict(`there are ${MOST} webhooks, and no more can be made`, { code: 'too-many-webhooks' });
  }
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
    oldSecretUntil: null,
    failingSince: null,
    lastDeliveredAt: null,
    pausedUntil: null,
  };
  try {
    await webhooks.insertOne(row);
  } catch (error) {
    const other = isDuplicateKey(error) ? await webhooks.findOne({ _id }) : null;
    if (!other) throw error;
    return again(other, organisationId, vault);
  }
  return { row, secret };
}

function again(row: WebhookRow, organisationId: string, vault: Vault): { row: WebhookRow; secret: string } {
  if (row.organisationId === organisationId) return { row, secret: vault.open(row).secret };
  throw new Conflict('a webhook has this id', { code: 'webhook-exists', field: 'webhook_id' });
}
