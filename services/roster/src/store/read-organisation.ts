import type { ClientSession, Document, WithId } from 'mongodb';
import type { Organisation } from '../core/organisation.ts';
import { type Collections, type OrganisationRow, type Owned, type PersonRow, personOf } from './collections.ts';

/** An organisation as stored. People are still sealed. */
export interface StoredOrganisation extends Omit<Organisation, 'people' | 'organisation'> {
  row: OrganisationRow;
  people: PersonRow[];
  /** By `<kind>/<id>`: the version in which it changed last. */
  revisions: ReadonlyMap<string, number>;
}

/** Of what was written before there were revisions. */
const FIRST = 1;

/** Reads all of an organisation as of one moment: the session is in a transaction. Null where it was never applied. */
export async function readOrganisation(
  { organisations, people, teams, schedules, policies }: Collections,
  organisationId: string,
  session: ClientSession,
): Promise<StoredOrganisation | null> {
  const row = await organisations.findOne({ _id: organisationId }, { session });
  if (!row) return null;
  const filter = { organisationId };
  const rows = {
    person: await people.find({ ...filter, deletedAt: null }, { session }).toArray(),
    team: await teams.find(filter, { session }).toArray(),
    schedule: await schedules.find(filter, { session }).toArray(),
    policy: await policies.find(filter, { session }).toArray(),
  };
  const revisions = new Map([[`organisation/${row._id}`, row.recordRevision ?? FIRST]]);
  for (const one of rows.person) revisions.set(`person/${personOf(one)}`, one.revision ?? FIRST);
  for (const kind of ['team', 'schedule', 'policy'] as const) {
    for (const { id, revision = FIRST } of rows[kind]) revisions.set(`${kind}/${id}`, revision);
  }
  return {
    row,
    people: rows.person,
    teams: rows.team.map(withoutOwner),
    schedules: rows.schedule.map(withoutOwner),
    policies: rows.policy.map(withoutOwner),
    revisions,
  };
}

function withoutOwner<T extends Document>({ _id, organisationId, revision, ...rest }: WithId<Owned<T>>): T {
  return rest as unknown as T;
}
