import { newId } from '@tocsin/platform';
import type { Db, Document } from 'mongodb';

export const TEAMS = 20;
export const PERSONS = 200;
export const DATABASES = 1_000;

const BATCH = 5_000;
const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'];
const YEAR_MS = 365 * 24 * 3_600_000;
/** So many of the newest keep the log of the one that they are copies of. */
const LOGGED = 1_000;

interface Real {
  incident: Document & { _id: string };
  log: (Document & { _id: string; incidentId: string; position: number })[];
}

/**
 * Stores so many incidents of the last year, copies of one that really was: over by now, of all severities, teams and people. The
 * newest have its log as well.
 */
export async function fillPastIncidents(db: Db, { incident, log }: Real, count: number): Promise<void> {
  const incidents = db.collection<{ _id: string }>('incidents');
  const logs = db.collection<{ _id: string }>('incidentLog');
  const now = Date.now();
  const write = { ordered: false, writeConcern: { w: 1, journal: false } } as const;
  for (let from = 0; from < count; from += BATCH) {
    const rows = Array.from({ length: Math.min(BATCH, count - from) }, (_, offset) => {
      const index = from + offset;
      const openedAt = new Date(now - YEAR_MS + Math.floor(((index + 1) / (count + 1)) * YEAR_MS));
      const title = `db-${index % DATABASES} is unreachable`;
      return {
        ...incident,
        _id: newId(),
        number: `INC-${index + 1_000_000}`,
        status: 'closed',
        severity: SEVERITIES[index % SEVERITIES.length],
        title,
        titleWords: ['db', String(index % DATABASES), 'is', 'unreachable'],
        teamId: `team-${index % TEAMS}`,
        ownerId: `person-${index % PERSONS}`,
        openedAt,
        closedAt: new Date(openedAt.getTime() + 3_600_000),
        untold: false,
      };
    });
    await incidents.insertMany(rows, write);
    const entries = rows
      .filter((_, offset) => from + offset >= count - LOGGED)
      .flatMap(({ _id }) => log.map((entry) => ({ ...entry, _id: `${_id}/${entry.position}`, incidentId: _id })));
    if (entries.length > 0) await logs.insertMany(entries, write);
  }
}
