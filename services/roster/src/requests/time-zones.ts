import { InvalidInput } from '@tocsin/platform';
import type { TimeZonesRequest } from '@tocsin/proto/roster/v1';
import type { Collections } from '../store/collections.ts';

const MOST = 1_000;

/** In which zone each of some people lives. Who is gone, or never said, is left out. */
export async function timeZones(
  { people }: Collections,
  { organisationId, personIds }: Pick<TimeZonesRequest, 'organisationId' | 'personIds'>,
  timeoutMS: number,
): Promise<Record<string, string>> {
  if (personIds.length > MOST)
    throw new InvalidInput(`at most ${MOST} people at once`, { code: 'too-many', field: 'person_ids' });
  const rows = await people
    .find({ _id: { $in: personIds }, organisationId, deletedAt: null }, { projection: { timeZone: 1 }, timeoutMS })
    .toArray();
  return Object.fromEntries(rows.flatMap(({ _id, timeZone }) => (timeZone ? [[_id, timeZone]] : [])));
}
