import { type Collection, type Document, MongoBulkWriteError, type OptionalUnlessRequiredId } from 'mongodb';

/** What became of each document of an insert: null where it is stored, else the name-bearing message of its duplicate key. */
export async function insertEach<D extends Document>(
  collection: Collection<D>,
  documents: D[],
): Promise<(string | null)[]> {
  const results: (string | null)[] = documents.map(() => null);
  try {
    await collection.insertMany(documents as OptionalUnlessRequiredId<D>[], { ordered: false });
  } catch (error) {
    if (!(error instanceof MongoBulkWriteError) || error.result.getWriteConcernError()) throw error;
    for (const one of [error.writeErrors].flat()) {
      if (one.code !== 11_000) throw error;
      results[one.index] = one.errmsg ?? '';
    }
  }
  return results;
}
