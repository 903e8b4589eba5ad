import type { Collection, Db } from 'mongodb';
import type { OrganisationRecord, Person, PolicyDefinition, Team } from '../core/organisation.ts';
import type { ScheduleDefinition } from '../core/schedule.ts';

/** Every document of an organisation has `_id` `<organisation>/<id>` and its own definition, as the file says it. */
export interface Owned<T> {
  _id: string;
  organisationId: string;
  definition: T;
}

export interface PersonDoc {
  _id: string;
  organisationId: string;
  personId: string;
  /** Name, sealed: personal data like an address. */
  name: string;
  locale: string;
  timeZone: string | null;
  contactMethods: {
    id: string;
    channel: Person['contactMethods'][number]['channel'];
    address: string;
    index: string;
  }[];
  rules: Person['rules'];
}

export interface OrganisationDoc extends OrganisationRecord {
  _id: string;
  /** Rises with each apply: replicas read everything again when it moved. */
  version: number;
}

export interface Collections {
  organisations: Collection<OrganisationDoc>;
  people: Collection<PersonDoc>;
  /** A person's wrapped key. Deleted, the person is erased. */
  keys: Collection<{ _id: string; key: string }>;
  teams: Collection<Owned<Team>>;
  schedules: Collection<Owned<ScheduleDefinition>>;
  policies: Collection<Owned<PolicyDefinition>>;
}

export function collectionsOf(db: Db): Collections {
  return {
    organisations: db.collection('rosterOrganisations'),
    people: db.collection('rosterPeople'),
    keys: db.collection('rosterKeys'),
    teams: db.collection('rosterTeams'),
    schedules: db.collection('rosterSchedules'),
    policies: db.collection('rosterPolicies'),
  };
}

/** Makes every collection before the first transaction, and an index for each question. */
export async function ensureIndexes({
  organisations,
  people,
  keys,
  teams,
  schedules,
  policies,
}: Collections): Promise<void> {
  await people.createIndexes([
    { key: { organisationId: 1 } },
    { key: { 'contactMethods.index': 1 } },
    { key: { personId: 1, 'contactMethods.id': 1 } },
  ]);
  for (const one of [teams, schedules, policies]) await one.createIndex({ organisationId: 1 });
  for (const one of [organisations, keys]) await one.createIndex({ _id: 1 });
}
