import { Conflict, InvalidInput, inTransaction, isDuplicateKey } from '@tocsin/platform';
import type { ClientSession, MongoClient } from 'mongodb';
import type { Collections, IntegrationRow } from '../store/collections.ts';
import { type Change, integrationChanges } from './integration-changes.ts';
import { parseIntegrations, type Wanted } from './parse-integrations.ts';

export interface ApplyRequest {
  organisationId: string;
  integrations: unknown[];
  dryRun: boolean;
}

/**
 * Makes an organisation's integrations what the request says they are, all at once; those that it does not name are
 * disabled. Returns what changed, or with `dryRun` would. Throws `InvalidInput` naming the field, and `Conflict` where a key
 * belongs to another organisation.
 */
export async function applyIntegrations(
  client: MongoClient,
  collections: Collections,
  { organisationId, integrations, dryRun }: ApplyRequest,
): Promise<Change[]> {
  const asked = parseIntegrations(organisationId, integrations);
  try {
    return await inTransaction(client, async (session) => {
      const present = await collections.integrations.find({ organisationId }, { session }).toArray();
      const wanted = asked.map((row, at) => withKey(row, present, at));
      const changes = integrationChanges(present, wanted);
      if (!dryRun && changes.length > 0) await write(collections, organisationId, changes, wanted, session);
      return changes;
    });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    throw new Conflict('a key belongs to another integration', { code: 'key-taken', field: 'integrations' });
  }
}

function withKey(row: Wanted, present: IntegrationRow[], at: number): IntegrationRow {
  const known = present.find((one) => one.id === row.id);
  const keyHash = row.keyHash ?? known?.keyHash;
  const revision = (known?.revision ?? 0) + 1;
  if (keyHash) return { ...row, keyHash, revision, ...(known?.keyHash === keyHash ? graceOf(known) : {}) };
  throw new InvalidInput('a new integration needs a key', { code: 'missing', field: `integrations[${at}].key` });
}

/** A key that was rotated a moment ago keeps its grace, whatever else of the integration is applied. */
function graceOf({ previousKeyHash, previousKeyUntil }: IntegrationRow): Partial<IntegrationRow> {
  return previousKeyHash && previousKeyUntil ? { previousKeyHash, previousKeyUntil } : {};
}

async function write(
  { integrations, integrationsVersion }: Collections,
  organisationId: string,
  changes: Change[],
  wanted: IntegrationRow[],
  session: ClientSession,
): Promise<void> {
  // First, so that of two who apply at once the second begins again.
  await integrationsVersion.updateOne({ _id: '#version' }, { $inc: { version: 1 } }, { upsert: true, session });
  const named = new Map(wanted.map((row) => [row.id, row]));
  const written = changes.flatMap(({ id }) => named.get(id) ?? []);
  const gone = changes.filter(({ action }) => action === 'delete').map(({ id }) => id);
  // Keys are let go before they are given anew: two integrations may change theirs with each other.
  await integrations.updateMany(
    { _id: { $in: written.map((row) => row._id) } },
    { $unset: { keyHash: 1 } },
    { session },
  );
  if (gone.length > 0)
    await integrations.updateMany(
      { organisationId, id: { $in: gone } },
      { $set: { disabled: true }, $inc: { revision: 1 } },
      { session },
    );
  for (const row of written) await integrations.replaceOne({ _id: row._id }, row, { upsert: true, session });
}
