import type { Collections } from '../store/collections.ts';

export const LONGEST_NOTE = 10_000;

/** What a person wrote rests here, once; the log refers to it by id. */
export async function storeNote(
  { notes }: Collections,
  id: string,
  note: { incidentId: string; text: string; by: string },
): Promise<void> {
  await notes.updateOne({ _id: id }, { $setOnInsert: { ...note, at: new Date() } }, { upsert: true });
}
