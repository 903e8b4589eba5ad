import { Conflict, crashPoint, InvalidInput, inTransaction } from '@tocsin/platform';
import type { MongoClient } from 'mongodb';
import { type Change, changesBetween } from '../core/changes.ts';
import { keepDevices } from '../core/devices.ts';
import { parseOrganisation } from '../core/parse-organisation.ts';
import type { Vault } from '../crypto/vault.ts';
import type { Collections } from '../store/collections.ts';
import { presentOrganisation } from '../store/present-organisation.ts';
import { writeChanges } from '../store/write-changes.ts';

export interface ApplyDeps {
  client: MongoClient;
  collections: Collections;
  vault: Vault;
}

/**
 * Makes an organisation what the JSON says it is, all of it in one transaction: what it does not name is deleted but for people's
 * devices, and a deleted person's name and addresses can never be read again. Returns what changed, or with `dryRun` would; the second time, nothing.
 * Throws `InvalidInput` naming the field, and with `onlyNew` `Conflict` where there is such an organisation.
 */
export async function apply(
  deps: ApplyDeps,
  json: string,
  { dryRun = false, onlyNew = false }: { dryRun?: boolean; onlyNew?: boolean } = {},
): Promise<Change[]> {
  const file = parseOrganisation(json);
  if (Array.isArray(file)) {
    const phrase = file.map(({ field, message }) => `${field}: ${message}`).join('; ');
    throw new InvalidInput(phrase, { code: 'organisation-invalid', field: file[0]?.field });
  }
  const changes = await inTransaction(deps.client, async (session) => {
    const present = await presentOrganisation(deps, file.organisation.id, session);
    if (onlyNew && present) {
      throw new Conflict('there is this organisation already: change what it has', { code: 'organisation-exists' });
    }
    const wanted = keepDevices(present?.organisation ?? null, file);
    const found = changesBetween(present?.organisation ?? null, wanted);
    const revision = (present?.revision ?? 0) + 1;
    if (!dryRun && found.length > 0) await writeChanges(deps, wanted, found, revision, session);
    await crashPoint('roster.applying');
    return found;
  });
  await crashPoint('roster.applied');
  return changes;
}
