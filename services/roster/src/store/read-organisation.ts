import type { ClientSession, Document, WithId } from 'mongodb';
import type { Organisation } from '../core/organisation.ts';
import type { Collections, OrganisationRow, Owned, PersonRow } from './collections.ts';

/** An organisation as stored. People are still sealed. */
export interface StoredOrganisation extends Omit<Organisation, 'people' | 'organisation'> {
  row: OrganisationRow;
  people: PersonRow[];
}

/** Reads all of an organisation as of one moment: the session is in a transaction. Null where it was never applied. */
export async function readOrganisation(
  { organisations, people, teams, schedules, policies }: Collections,
  organisationId: string,
  session: ClientSession,
): Promise<StoredOrganisation | null> {
  const row = await organisations.findOne({ _id: organisationId }, { session });
  if (!row) return null;
  const filter = { organisationId };
  return {
    row,
    people: await people.find({ ...filter, deletedAt: null }, { session }).toArray(),
    teams: (await teams.find(filter, { session }).toArray()).map(withoutOwner),
    schedules: (await schedules.find(filter, { session }).toArray()).map(withoutOwner),
    policies: (await policies.find(filter, { session }).toArray()).map(withoutOwner),
  };
}

function withoutOwner<T extends Document>({ _id, organisationId, ...rest }: WithId<Owned<T>>): T {
  return rest as unknown as T;
}
