import { InvalidInput } from '@tocsin/platform';
import type { TimeZonesRequest } from '@tocsin/proto/roster/v1';
import { type Collections, ofPeople, personOf } from '../store/collections.ts';

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
    .find(
      { ...ofPeople(organisationId, personIds), organisationId, deletedAt: null },
      { projection: { id: 1, timeZone: 1 }, timeoutMS },
    )
    .toArray();
  return Object.fromEntries(rows.flatMap((row) => (row.timeZone ? [[personOf(row), row.timeZone]] : [])));
}
