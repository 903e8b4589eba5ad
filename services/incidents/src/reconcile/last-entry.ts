import type { Collections } from '../store/collections.ts';

/** Which entry of which life: the two numbers of `<incident>/<epoch>-<n>`. */
export interface EntryNumber {
  epoch: number;
  n: number;
}

/** Written by others than the workflow. */
const OTHERS = ['opened', 'noted', 'notification', 'closed'];

/** The last entry that a workflow of this incident logged; null where none did. */
export async function lastEntryOf({ log }: Collections, incidentId: string): Promise<EntryNumber | null> {
  const doc = await log.findOne(
    { incidentId, kind: { $nin: OTHERS } },
    { sort: { position: -1 }, projection: { _id: 1 } },
  );
  const [, epoch, n] = /\/(\d+)-(\d+)$/.exec(doc?._id ?? '') ?? [];
  return epoch === undefined ? null : { epoch: Number(epoch), n: Number(n) };
}

export function isBefore(a: EntryNumber, b: EntryNumber): boolean {
  return a.epoch < b.epoch || (a.epoch === b.epoch && a.n < b.n);
}
