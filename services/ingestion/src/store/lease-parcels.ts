import { newId } from '@tocsin/platform';
import type { Collection } from 'mongodb';
import type { ParcelRow } from './collections.ts';

const LEASE_MS = 10_000;

/**
 * Parcels that nobody parsed in time, oldest first, leased to this caller for 10 s. A lease only spares work: where two
 * parse the same parcel, the second one's alerts are not stored.
 */
export async function leaseUnparsed(parcels: Collection<ParcelRow>, limit: number): Promise<ParcelRow[]> {
  const now = new Date();
  const due = await parcels
    .find({ parseAt: { $lte: now } }, { projection: { _id: 1 } })
    .sort({ parseAt: 1 })
    .limit(limit)
    .toArray();
  if (due.length === 0) return [];
  const ids = due.map((row) => row._id);
  const lease = newId();
  const parseAt = new Date(now.getTime() + LEASE_MS);
  await parcels.updateMany({ _id: { $in: ids }, parseAt: { $lte: now } }, { $set: { lease, parseAt } });
  return parcels.find({ _id: { $in: ids }, lease }).toArray();
}
