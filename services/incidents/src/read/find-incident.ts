import { NotFound } from '@tocsin/platform';
import type { Collections, IncidentDoc } from '../store/collections.ts';

/** By id, or by number within the organisation. @throws NotFound */
export async function findIncident(
  collections: Collections,
  organisationId: string,
  named: string,
): Promise<IncidentDoc> {
  const query = /^INC-\d+$/i.test(named)
    ? { organisationId, number: named.toUpperCase() }
    : { _id: named, organisationId };
  const incident = await collections.incidents.findOne(query);
  if (!incident) throw new NotFound(`there is no incident ${named}`, { code: 'incident-unknown', field: 'incident' });
  return incident;
}
