import type { Client } from '@tocsin/platform';
import type { Incidents } from '@tocsin/proto/incident/v1';
import type { Collections } from '../store/collections.ts';
import { type Changed, foldEntries } from './fold-entries.ts';
import { logOf } from './log-of.ts';

const AT_ONCE = 100;

/** Asks for entries that others have waited for longer than they should: their facts are gone, or on a very long way. */
export async function catchUp(
  collections: Collections,
  incidents: Client<typeof Incidents>,
  patienceMs: number,
  changed: Changed,
): Promise<void> {
  const late = await collections.incidents
    .find({ waitingSince: { $lte: new Date(Date.now() - patienceMs) } }, { projection: { 'kpis.head': 1 } })
    .limit(AT_ONCE)
    .toArray();
  for (const { _id, kpis } of late) {
    for await (const entries of logOf(incidents, _id, kpis.head)) await foldEntries(collections, entries, changed);
  }
}
