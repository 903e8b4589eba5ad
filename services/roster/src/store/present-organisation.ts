import { Conflict } from '@tocsin/platform';
import type { ClientSession } from 'mongodb';
import type { Organisation } from '../core/organisation.ts';
import { keyOwner, unsealPerson } from '../crypto/sealed-person.ts';
import type { Vault } from '../crypto/vault.ts';
import type { Collections } from './collections.ts';
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
  const keys = new Map(keyRows.map(({ _id, wrapped }) => [_id, wrapped]));
  const { row, people, revisions, ...rest } = stored;
  const organisation = {
    ...rest,
    organisation: { id: row._id, name: row.name, defaultPolicyId: row.defaultPolicyId },
    // A person whose key is gone is erased: the file makes them anew.
    people: people.flatMap((person) => {
      const wrapped = keys.get(person._id);
      return wrapped ? [unsealPerson(vault.open(wrapped, keyOwner(organisationId, person._id)), person)] : [];
    }),
  };
  return { organisation, revision: row.version, revisions };
}

/** People are asked for by their id alone, so no two organisations have one in common. */
export async function refuseForeignPeople(
  { people }: Collections,
  { organisation, people: wanted }: Organisation,
  session: ClientSession,
): Promise<void> {
  const foreign = await people.findOne(
    { _id: { $in: wanted.map(({ id }) => id) }, organisationId: { $ne: organisation.id } },
    { session, projection: { _id: 1 } },
  );
  if (!foreign) return;
  const at = wanted.findIndex(({ id }) => id === foreign._id);
  throw new Conflict(`${foreign._id} is the id of somebody of another organisation`, {
    code: 'person-id-taken',
    field: `people[${at}].id`,
  });
}
