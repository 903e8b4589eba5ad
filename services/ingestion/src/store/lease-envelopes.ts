import { newId } from '@tocsin/platform';
import type { Collection } from 'mongodb';
import type { EnvelopeRow } from './collections.ts';

const LEASE_MS = 10_000;

/**
 * Envelopes that nobody parsed in time, oldest first, leased to this caller for 10 s. A lease only spares work: where two
 * parse the same envelope, the second one's alerts are not stored.
 */
export async function leaseUnparsed(envelopes: Collection<EnvelopeRow>, limit: number): Promise<EnvelopeRow[]> {
  const now = new Date();
  const due = await envelopes
    .find({ parseAt: { $lte: now } }, { projection: { _id: 1 } })
    .sort({ parseAt: 1 })
    .limit(limit)
    .toArray();
  if (due.length === 0) return [];
  const ids = due.map((row) => row._id);
  const lease = newId();
  const parseAt = new Date(now.getTime() + LEASE_MS);
  await envelopes.updateMany({ _id: { $in: ids }, parseAt: { $lte: now } }, { $set: { lease, parseAt } });
  return envelopes.find({ _id: { $in: ids }, lease }).toArray();
}
