import { Conflict, type Guard, InvalidInput, NotFound } from '@tocsin/platform';
import type { Collections, WebhookRow } from '../store/collections.ts';
import { newSecret, type Vault } from '../store/sealed.ts';
import { parseName, parseTypes, parseUrl } from './parse-webhook.ts';

export interface Named {
  organisationId: string;
  webhookId: string;
  /** As it was read; 0: whatever it is now. */
  expectedRevision: bigint;
}

export interface Changes {
  name?: string | undefined;
  url?: string | undefined;
  types?: string[] | undefined;
  enabled?: boolean | undefined;
}

/** @throws NotFound */
export async function findWebhook(
  { webhooks }: Collections,
  { organisationId, webhookId }: Pick<Named, 'organisationId' | 'webhookId'>,
): Promise<WebhookRow> {
  const row = await webhooks.findOne({ _id: webhookId, organisationId });
  if (!row) throw new NotFound('there is no such webhook', { code: 'webhook-unknown', field: 'webhook_id' });
  return row;
}

/**
 * Changes what is given, as it is now. Disabled, it sends nothing more at once; enabled again, what happens from then on is its.
 * @throws InvalidInput naming the field, NotFound, Conflict where somebody changed it since it was read
 */
export async function changeWebhook(
  collections: Collections,
  vault: Vault,
  guard: Guard,
  named: Named,
  changes: Changes,
): Promise<WebhookRow> {
  const given: Partial<WebhookRow> = {};
  if (changes.name !== undefined) given.name = parseName(changes.name);
  if (changes.types !== undefined) given.types = parseTypes(changes.types);
  const url = changes.url === undefined ? undefined : await parseUrl(changes.url, guard);
  return write(collections, named, (row) => ({
    ...given,
    ...(url === undefined ? {} : moved(row, vault, url)),
    ...(changes.enabled === undefined || changes.enabled === row.enabled ? {} : switched(row, changes.enabled)),
  }));
}

const LONGEST_GRACE_MS = 30 * 24 * 3_600_000;

/**
 * Gives a webhook a new secret. The one that it had signs too while its grace runs; one that was in its own grace signs no more.
 * @throws as `changeWebhook` does
 */
export async function rotateSecret(
  collections: Collections,
  vault: Vault,
  named: Named,
  graceMs: number,
): Promise<{ row: WebhookRow; secret: string }> {
  if (graceMs < 0 || graceMs > LONGEST_GRACE_MS) {
    throw new InvalidInput('is 0 to 30 days', { code: 'grace-out-of-range', field: 'grace_ms' });
  }
  const secret = newSecret();
  const row = await write(collections, named, (known) => {
    const { url, secret: oldSecret } = vault.open(known);
    const withGrace = graceMs > 0;
    return {
      sealed: vault.seal(known._id, { url, secret, oldSecret: withGrace ? oldSecret : null }),
      oldSecretUntil: withGrace ? new Date(Date.now() + graceMs) : null,
    };
  });
  return { row, secret };
}

/** What it was yet to send is sent no more. @throws NotFound, Conflict */
export async function deleteWebhook(collections: Collections, named: Named): Promise<WebhookRow> {
  const row = await findWebhook(collections, named);
  requireRevision(row, named);
  const { deletedCount } = await collections.webhooks.deleteOne({ _id: row._id, revision: row.revision });
  if (deletedCount === 0) throw changedSince();
  return row;
}

async function write(
  collections: Collections,
  named: Named,
  change: (row: WebhookRow) => Partial<WebhookRow>,
): Promise<WebhookRow> {
  const row = await findWebhook(collections, named);
  requireRevision(row, named);
  const changed = await collections.webhooks.findOneAndUpdate(
    { _id: row._id, revision: row.revision },
    { $set: { ...change(row), revision: row.revision + 1 } },
    { returnDocument: 'after' },
  );
  if (!changed) throw changedSince();
  return changed;
}

function moved(row: WebhookRow, vault: Vault, url: string): Partial<WebhookRow> {
  return { sealed: vault.seal(row._id, { ...vault.open(row), url }), failingSince: null, pausedUntil: null };
}

function switched(row: WebhookRow, enabled: boolean): Partial<WebhookRow> {
  if (!enabled) return { enabled, disabledBecause: 'person', disabledAt: new Date() };
  return {
    enabled,
    disabledBecause: null,
    disabledAt: null,
    generation: row.generation + 1,
    since: new Date(),
    failingSince: null,
    pausedUntil: null,
  };
}

function requireRevision({ revision }: WebhookRow, { expectedRevision }: Named): void {
  if (expectedRevision !== 0n && expectedRevision !== BigInt(revision)) throw changedSince();
}

function changedSince(): Conflict {
  return new Conflict('somebody changed it since', { code: 'revision-changed', field: 'expected_revision' });
}
