import { NotFound } from '@tocsin/platform';
import type { OrganisationRecord, PolicyDefinition } from '../core/organisation.ts';
import type { Directory, ReachablePerson } from '../core/resolve.ts';
import { readSchedule } from '../core/schedule.ts';
import type { Collections } from './collections.ts';

/** What resolving needs of an organisation, in memory: rules and schedules, no names and no addresses. */
export interface Snapshot extends Directory {
  version: number;
  organisation: OrganisationRecord;
  policies: ReadonlyMap<string, PolicyDefinition>;
}

/** Snapshots that are as new as the store at each question: one small read says whether anything moved. */
export function createSnapshots(collections: Collections): (organisationId: string) => Promise<Snapshot> {
  const known = new Map<string, Snapshot>();
  return async (organisationId) => {
    const organisation = await collections.organisations.findOne({ _id: organisationId });
    if (!organisation) {
      throw new NotFound('there is no such organisation', { code: 'organisation-unknown', field: 'organisation_id' });
    }
    const remembered = known.get(organisationId);
    if (remembered?.version === organisation.version) return remembered;
    const query = { organisationId };
    const [people, teams, schedules, policies] = await Promise.all([
      collections.people.find(query).toArray(),
      collections.teams.find(query).toArray(),
      collections.schedules.find(query).toArray(),
      collections.policies.find(query).toArray(),
    ]);
    const { id, name, defaultPolicyId, version } = organisation;
    const snapshot: Snapshot = {
      version,
      organisation: { id, name, defaultPolicyId },
      people: new Map(
        people.map((doc): [string, ReachablePerson] => [
          doc.personId,
          { contactMethods: doc.contactMethods.map((one) => ({ id: one.id, channel: one.channel })), rules: doc.rules },
        ]),
      ),
      teams: new Map(teams.map(({ definition }) => [definition.id, definition])),
      schedules: new Map(schedules.map(({ definition }) => [definition.id, readSchedule(definition)])),
      policies: new Map(policies.map(({ definition }) => [definition.id, definition])),
    };
    known.set(organisationId, snapshot);
    return snapshot;
  };
}
