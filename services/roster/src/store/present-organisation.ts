import type { ClientSession } from 'mongodb';
import type { Organisation } from '../core/organisation.ts';
import { keyOwner, unsealPerson } from '../crypto/sealed-person.ts';
import type { Vault } from '../crypto/vault.ts';
import { type Collections, personOf } from './collections.ts';
import { readOrganisation } from './read-organisation.ts';

export interface Present {
  organisation: Organisation;
  /** The organisation's version. */
  revision: number;
  /** By `<kind>/<id>`: the version in which it changed last. */
  revisions: ReadonlyMap<string, number>;
}

/** An organisation with names and addresses in the clear, to be compared with what it is to be. Null where it was never applied. */
export async function presentOrganisation(
  { collections, vault }: { collections: Collections; vault: Vault },
  organisationId: string,
  session: ClientSession,
): Promise<Present | null> {
  const stored = await readOrganisation(collections, organisationId, session);
  if (!stored) return null;
  const keyRows = await collections.keys.find({ organisationId }, { session }).toArray();
  const keys = new Map(keyRows.map((key) => [personOf(key), key.wrapped]));
  const { row, people, revisions, ...rest } = stored;
  const organisation = {
    ...rest,
    organisation: { id: row._id, name: row.name, defaultPolicyId: row.defaultPolicyId },
    // A person whose key is gone is erased: the file makes them anew.
    people: people.flatMap((person) => {
      const wrapped = keys.get(personOf(person));
      return wrapped ? [unsealPerson(vault.open(wrapped, keyOwner(organisationId, personOf(person))), person)] : [];
    }),
  };
  return { organisation, revision: row.version, revisions };
}
