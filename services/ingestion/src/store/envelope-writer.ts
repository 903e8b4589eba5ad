import { crashPoint, Unavailable } from '@tocsin/platform';
import { type Collection, MongoBulkWriteError } from 'mongodb';
import type { EnvelopeRow } from './collections.ts';
import { createGroupCommit, type GroupCommit } from './group-commit.ts';
import { within } from './within.ts';

/** `known`: the envelope of this idempotency key had been stored before, and stays as it was. */
export type Stored = 'stored' | 'known';

/** A store that takes longer is away: senders give up after one to ten seconds, and a refusal is what makes them come again. */
const WRITE_TIMEOUT_MS = 3_000;
/** Writes that ran out of time and are still under way: while there are so many, the store is not asked again. */
const WRITES_ADRIFT = 2;
const DUPLICATE_KEY = 11_000;
/** What a row weighs beside its body. */
const ROW_BYTES = 512;

/** Stores envelopes for good, many with one write: the connection's writes are acknowledged by a majority's journal. */
export function createEnvelopeWriter(envelopes: Collection<EnvelopeRow>): GroupCommit<EnvelopeRow, Stored> {
  let underWay = 0;

  async function write(rows: EnvelopeRow[]): Promise<(Stored | Error)[]> {
    if (underWay >= WRITES_ADRIFT) throw new Unavailable('earlier writes are still under way', { code: 'store-slow' });
    underWay += 1;
    const written = insert(envelopes, rows).finally(() => {
      underWay -= 1;
    });
    return within(WRITE_TIMEOUT_MS, written);
  }

  return createGroupCommit({
    write,
    bytesOf: (row) => row.body.length() + ROW_BYTES,
    batchItems: 1_000,
    batchBytes: 8 * 1024 * 1024,
    queueItems: 20_000,
    queueBytes: 64 * 1024 * 1024,
  });
}

async function insert(envelopes: Collection<EnvelopeRow>, rows: EnvelopeRow[]): Promise<(Stored | Error)[]> {
  await crashPoint('ingestion.before-store');
  const outcomes: (Stored | Error)[] = rows.map(() => 'stored');
  try {
    await envelopes.insertMany(rows, { ordered: false });
  } catch (error) {
    if (!(error instanceof MongoBulkWriteError) || error.result.getWriteConcernError()) throw error;
    // The others of the batch are stored: only these were refused, each for a reason of its own.
    for (const refused of [error.writeErrors].flat()) {
      outcomes[refused.index] = refused.code === DUPLICATE_KEY ? 'known' : new Error(refused.errmsg ?? 'not stored');
    }
  }
  await crashPoint('ingestion.envelope-stored');
  return outcomes;
}
