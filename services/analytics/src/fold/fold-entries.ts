import { foldKpis, type IncidentKpis, KPI_RULES, type KpiEntry, noKpis } from '@tocsin/domain';
import { isDuplicateKey, millis } from '@tocsin/platform';
import type { Logged } from '@tocsin/proto/incident/v1';
import type { Collections, KpisDoc } from '../store/collections.ts';

/** Called after an incident's numbers changed, by the one who changed them. */
export type Changed = (before: IncidentKpis, after: IncidentKpis) => void;

/** Takes entries of any incidents, in any order, any number of times. What another replica took meanwhile is taken into account. */
export async function foldEntries(
  collections: Collections,
  logged: readonly Logged[],
  changed: Changed,
): Promise<void> {
  const byIncident = Map.groupBy(logged, (one) => one.incidentId);
  await Promise.all(
    [...byIncident].map(([incidentId, some]) =>
      foldIncident(collections, incidentId, some[0]!.organisationId, some.map(entryOf), changed),
    ),
  );
}

async function foldIncident(
  { incidents }: Collections,
  incidentId: string,
  organisationId: string,
  entries: KpiEntry[],
  changed: Changed,
): Promise<void> {
  for (;;) {
    const known = await incidents.findOne({ _id: incidentId });
    const before = known?.kpis ?? noKpis();
    const next = foldInto(known, { incidentId, organisationId, entries });
    if (next === null) return;
    if (!(await replaceDoc(incidents, known, next))) continue;
    changed(before, next.kpis);
    return;
  }
}

/** Writes what a document becomes, unless somebody else changed it first. */
export async function replaceDoc(
  incidents: Collections['incidents'],
  known: KpisDoc | null,
  next: KpisDoc,
): Promise<boolean> {
  if (known) {
    const { _id, ...rest } = next;
    return (await incidents.replaceOne({ _id, rev: known.rev }, rest)).matchedCount === 1;
  }
  try {
    await incidents.insertOne(next);
    return true;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return false;
  }
}

/** What a document becomes by some entries; null where they change nothing. */
function foldInto(
  known: KpisDoc | null,
  more: { incidentId: string; organisationId: string; entries: KpiEntry[] },
): KpisDoc | null {
  const waitedFor = known?.waiting ?? [];
  const { kpis, waiting } = foldKpis(known?.kpis ?? noKpis(), [...waitedFor, ...more.entries]);
  if (known && kpis.head === known.kpis.head && waiting.length === waitedFor.length) return null;
  return {
    _id: more.incidentId,
    organisationId: more.organisationId,
    rev: (known?.rev ?? 0) + 1,
    // The least of those that had a part in it: it is made again until all is of the newest.
    rules: Math.min(known?.rules ?? KPI_RULES, KPI_RULES),
    kpis,
    waiting,
    waitingSince: waiting.length === 0 ? null : (known?.waitingSince ?? new Date()),
  };
}

/** An entry whose data cannot be read counts as one that says nothing: those after it count all the same. */
export function entryOf({ position, kind, at, dataJson }: Logged): KpiEntry {
  const entry = { position: Number(position), kind, at: millis(at) ?? 0 };
  try {
    return { ...entry, data: JSON.parse(dataJson) as Record<string, unknown> };
  } catch {
    return { ...entry, data: {} };
  }
}
