import type { IncidentKpis, KpiEntry } from '@tocsin/domain';
import type { Collection, Db } from 'mongodb';
import type { ClockSettings } from '../core/clock-settings.ts';

/** An incident in numbers, and what was heard of it too early. */
export interface KpisDoc {
  _id: string;
  organisationId: string;
  /** Rises with each change: what makes a change conditional on nobody else having changed it. */
  rev: number;
  /** The version of the rules that made it. */
  rules: number;
  kpis: IncidentKpis;
  waiting: KpiEntry[];
  /** Since when something waits for an entry before it; null: nothing does. */
  waitingSince: Date | null;
}

/** How far the making again of all numbers has come. There is one of these. */
export interface RebuildDoc {
  _id: 'rebuild';
  cursor: string;
  incidents: number;
  startedAt: Date;
  finishedAt: Date | null;
  /** Until when a replica is at it. */
  leaseUntil: Date;
}

export interface Collections {
  incidents: Collection<KpisDoc>;
  settings: Collection<ClockSettings & { _id: string }>;
  rebuilds: Collection<RebuildDoc>;
}

export function collectionsOf(db: Db): Collections {
  return {
    incidents: db.collection('analyticsIncidents'),
    settings: db.collection('analyticsSettings'),
    rebuilds: db.collection('analyticsRebuilds'),
  };
}

export async function ensureIndexes({ incidents, settings, rebuilds }: Collections): Promise<void> {
  await incidents.createIndexes([
    { key: { waitingSince: 1 }, partialFilterExpression: { waitingSince: { $type: 'date' } } },
    { key: { rules: 1 } },
  ]);
  for (const one of [settings, rebuilds]) await one.createIndex({ _id: 1 });
}

/** All indexes of this service, for whoever makes them before it starts. */
export function provisionStore(db: Db): Promise<void> {
  return ensureIndexes(collectionsOf(db));
}
