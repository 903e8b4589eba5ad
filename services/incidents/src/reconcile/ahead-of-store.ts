import type { Progress } from '@tocsin/workflows/contracts';
import type { Collections, IncidentDoc } from '../store/collections.ts';
import { isBefore, lastEntryOf } from './last-entry.ts';

/** It has heard of a version, or lives a life, that the store does not know of: what the store told next would not be taken. */
export function isAhead({ version, epoch }: Pick<IncidentDoc, 'version' | 'epoch'>, progress: Progress): boolean {
  return progress.heardVersion > version || progress.epoch > epoch;
}

/** Versions and lives go on behind the workflow's, and it hears what the store counts. */
export async function takeUpFrom({ incidents }: Collections, _id: string, progress: Progress): Promise<void> {
  const { epoch, heardVersion } = progress;
  await incidents.updateOne({ _id, closedAt: null }, [
    {
      $set: {
        epoch: { $max: ['$epoch', epoch] },
        version: { $max: ['$version', heardVersion + 1] },
        untold: true,
        nextTellAt: new Date(),
      },
    },
  ]);
}

/** Entries that the workflow handed over are gone. Read after it said so: what it handed over before is in the log. */
export async function isForgotten(collections: Collections, _id: string, progress: Progress): Promise<boolean> {
  const { epoch, logged } = progress;
  if (logged === undefined || logged === null || logged === 0) return false;
  const last = await lastEntryOf(collections, _id);
  return last === null || isBefore(last, { epoch, n: logged });
}
