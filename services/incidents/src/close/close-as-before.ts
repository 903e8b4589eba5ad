import type { MongoClient } from 'mongodb';
import type { PastClose } from '../courier/past-close.ts';
import type { Collections, IncidentDoc } from '../store/collections.ts';
import { closeIncident } from './close.ts';

/** What an alert that fires is decided on with. */
const FIRES = ['new-member', 'fires-again', 'severity-raised', 'repeat'];

/**
 * Closes an incident that was closed before: the store was restored from a backup in which it was open. Nobody is paged for it.
 * Whatever fired since, into an incident that should not have been there, moves on to a next one.
 */
export async function closeAsBefore(
  client: MongoClient,
  collections: Collections,
  { _id: incidentId, version }: IncidentDoc,
  past: PastClose | null,
): Promise<void> {
  const { by, entryId, at } = past ?? { by: 'source', entryId: `${incidentId}/closed-before`, at: new Date() };
  const since = await collections.decisions.findOne(
    { incidentId, at: { $gt: at }, reason: { $in: FIRES } },
    { projection: { _id: 1 } },
  );
  // No version at all: everybody who fires is newer than the close.
  await closeIncident(client, collections, {
    incidentId,
    version: since ? 0 : version,
    by,
    sourceOnly: false,
    entryId,
    at,
  });
}
