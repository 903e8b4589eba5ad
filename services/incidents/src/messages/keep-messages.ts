import type { IncidentEvent } from '@tocsin/domain';
import type { ClientSession } from 'mongodb';
import type { Collections } from '../store/collections.ts';

/** Something that a workflow is to hear and nobody waits for. The same id is the same message. */
export interface Message {
  id: string;
  incidentId: string;
  event: IncidentEvent;
}

/** Keeps messages in the transaction of what they tell of: once that is stored, they are told, whatever crashes. */
export async function keepMessages(
  session: ClientSession,
  { messages }: Collections,
  kept: readonly Message[],
): Promise<void> {
  if (kept.length === 0) return;
  await messages.bulkWrite(
    kept.map(({ id, ...message }) => ({
      updateOne: {
        filter: { _id: id },
        update: { $setOnInsert: { ...message, nextAt: new Date(), tries: 0 } },
        upsert: true,
      },
    })),
    { session },
  );
}
