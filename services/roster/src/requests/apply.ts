import { crashPoint, InvalidInput, inTransaction } from '@tocsin/platform';
import type { ClientSession, MongoClient } from 'mongodb';
import { type Change, changesBetween } from '../core/changes.ts';
import type { Organisation } from '../core/organisation.ts';
import { parseOrganisation } from '../core/parse-organisation.ts';
import { keyOwner, unsealPerson } from '../crypto/sealed-person.ts';
import type { Vault } from '../crypto/vault.ts';
import { type Collections, personOf } from '../store/collections.ts';
import { readOrganisation } from '../store/read-organisation.ts';
import { writeChanges } from '../store/write-changes.ts';

export interface ApplyDeps {
  client: MongoClient;
  collections: Collections;
  vault: Vault;
}

/**
 * Makes an organisation what the JSON says it is, all of it in one transaction: what it does not name is deleted, and a deleted
 * person's name and addresses can never be read again. Returns what changed, or with `dryRun` would; the second time, nothing.
 * Throws `InvalidInput` naming the field.
 */
export async function apply(deps: ApplyDeps, json: string, dryRun: boolean): Promise<Change[]> {
  const wanted = parseOrganisation(json);
  if (Array.isArray(wanted)) {
    const phrase = wanted.map(({ field, message }) => `${field}: ${message}`).join('; ');
    throw new InvalidInput(phrase, { code: 'organisation-invalid', field: wanted[0]?.field });
  }
  const changes = await inTransaction(deps.client, async (session) => {
    const found = changesBetween(await presentOrganisation(deps, wanted.organisation.id, session), wanted);
    if (!dryRun && found.length > 0) await writeChanges(deps, wanted, found, session);
    await crashPoint('roster.applying');
    return found;
  });
  await crashPoint('roster.applied');
  return changes;
}

async function presentOrganisation(
  { collections, vault }: ApplyDeps,
  organisationId: string,
  session: ClientSession,
): Promise<Organisation | null> {
  const stored = await readOrganisation(collections, organisationId, session);
  if (!stored) return null;
  const keyRows = await collections.keys.find({ organisationId }, { session }).toArray();
  const keys = new Map(keyRows.map((key) => [personOf(key), key.wrapped]));
  const { row, people, ...rest } = stored;
  return {
    ...rest,
    organisation: { id: row._id, name: row.name, defaultPolicyId: row.defaultPolicyId },
    // A person whose key is gone is erased: the file makes them anew.
    people: people.flatMap((person) => {
      const wrapped = keys.get(personOf(person));
      return wrapped ? [unsealPerson(vault.open(wrapped, keyOwner(organisationId, personOf(person))), person)] : [];
    }),
  };
}
