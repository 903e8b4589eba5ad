import type { Collection, Db } from 'mongodb';
import type { ContactMethod, OrganisationRecord, Person, PolicyDefinition, Team } from '../core/organisation.ts';
import type { ScheduleDefinition } from '../core/schedule.ts';

export interface OrganisationRow extends Omit<OrganisationRecord, 'id'> {
  _id: string;
  /** Rises with every change of anything of the organisation. */
  version: number;
  /** The version in which name or default policy changed last; absent like `Revised.revision`. */
  recordRevision?: number;
}

/** `revision` is the organisation's version in which it changed last; absent in rows of before there were revisions. */
export interface Revised {
  revision?: number;
}

/** A deleted person leaves the id behind, and nothing that was sealed. `_id` is `rowOf(organisationId, id)`. */
export interface PersonRow extends Revised {
  _id: string;
  organisationId: string;
  /** Absent in rows of when a person's id was one of all organisations: there it is `_id`. */
  id?: string;
  name: Uint8Array;
  locale: string;
  timeZone?: string;
  /**
   * `verifiedAt`: when somebody proved to be reached by this address; goes with the address. `goneAt`: since when there is none any more.
   * `name` is sealed as the address is.
   */
  contactMethods: (ContactMethod & {
    address: Uint8Array;
    index: string;
    name?: Uint8Array;
    verifiedAt?: Date;
    goneAt?: Date;
  })[];
  rules: Person['rules'];
  deletedAt: Date | null;
}

/** A person's data key, wrapped by the master key. Without it nothing of the person can be read. */
export interface KeyRow {
  _id: string;
  organisationId: string;
  id?: string;
  wrapped: Uint8Array;
}

/** What an organisation calls a row: two may use one id for two things. */
export function rowOf(organisationId: string, id: string): string {
  return `${organisationId}/${id}`;
}

/** A person's id inside their organisation. */
export function personOf({ _id, id }: { _id: string; id?: string }): string {
  return id ?? _id;
}

/** Rows of these people of an organisation; of every organisation that has such people where it is empty. */
export function ofPeople(organisationId: string, ids: readonly string[]) {
  const named = { $or: [{ id: { $in: [...ids] } }, { _id: { $in: [...ids] } }] };
  return organisationId === '' ? named : { ...named, organisationId };
}

/** `_id` is `rowOf(organisationId, id)`. */
export type Owned<T> = T & Revised & { _id: string; organisationId: string };

/** A code that was sent to an address and waits to be said back. */
export interface VerificationRow {
  /** `<organisation>/<person>|<contact method>`. */
  _id: string;
  /** Of the address that it was sent to. */
  index: string;
  codeHash: string;
  startedAt: Date;
  expiresAt: Date;
  tries: number;
}

export interface Collections {
  organisations: Collection<OrganisationRow>;
  people: Collection<PersonRow>;
  keys: Collection<KeyRow>;
  teams: Collection<Owned<Team>>;
  schedules: Collection<Owned<ScheduleDefinition>>;
  policies: Collection<Owned<PolicyDefinition>>;
  verifications: Collection<VerificationRow>;
}

/** Bytes come back as bytes, not wrapped. */
const bytes = { promoteBuffers: true };

export function collectionsOf(db: Db): Collections {
  return {
    organisations: db.collection('rosterOrganisations'),
    people: db.collection('rosterPeople', bytes),
    keys: db.collection('rosterKeys', bytes),
    teams: db.collection('rosterTeams'),
    schedules: db.collection('rosterSchedules'),
    policies: db.collection('rosterPolicies'),
    verifications: db.collection('rosterVerifications'),
  };
}

export async function ensureIndexes(collections: Collections): Promise<void> {
  const { people, keys, teams, schedules, policies, verifications } = collections;
  await people.createIndexes([
    { key: { organisationId: 1 } },
    { key: { id: 1 } },
    { key: { 'contactMethods.index': 1 } },
  ]);
  await keys.createIndexes([{ key: { organisationId: 1 } }, { key: { id: 1 } }]);
  await teams.createIndex({ organisationId: 1 });
  await schedules.createIndex({ organisationId: 1 });
  await policies.createIndex({ organisationId: 1 });
  await verifications.createIndex({ expiresAt: 1 }, { expireAfterSeconds: 0 });
}

/** All indexes of this service, for whoever makes them before it starts. */
export function provisionStore(db: Db): Promise<void> {
  return ensureIndexes(collectionsOf(db));
}
