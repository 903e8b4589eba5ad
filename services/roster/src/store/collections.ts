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

/** A deleted person leaves the id behind, and nothing that was sealed. */
export interface PersonRow extends Revised {
  _id: string;
  organisationId: string;
  name: Uint8Array;
  locale: string;
  timeZone?: string;
  /** `verifiedAt`: when somebody proved to be reached by this address; goes with the address. */
  contactMethods: (ContactMethod & { address: Uint8Array; index: string; verifiedAt?: Date })[];
  rules: Person['rules'];
  deletedAt: Date | null;
}

/** A person's data key, wrapped by the master key. Without it nothing of the person can be read. */
export interface KeyRow {
  _id: string;
  organisationId: string;
  wrapped: Uint8Array;
}

/** `_id` is `<organisation>/<id>`. */
export type Owned<T> = T & Revised & { _id: string; organisationId: string };

/** A code that was sent to an address and waits to be said back. */
export interface VerificationRow {
  /** `<person>|<contact method>`. */
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
  await people.createIndexes([{ key: { organisationId: 1 } }, { key: { 'contactMethods.index': 1 } }]);
  await keys.createIndex({ organisationId: 1 });
  await teams.createIndex({ organisationId: 1 });
  await schedules.createIndex({ organisationId: 1 });
  await policies.createIndex({ organisationId: 1 });
  await verifications.createIndex({ expiresAt: 1 }, { expireAfterSeconds: 0 });
}
