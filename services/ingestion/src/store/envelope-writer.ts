import { crashPoint, type Logger, Unavailable } from '@tocsin/platform';
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
export function createEnvelopeWriter(
  envelopes: Collection<EnvelopeRow>,
  log: Logger,
): GroupCommit<EnvelopeRow, Stored> {
  let underWay = 0;

  async function write(rows: EnvelopeRow[]): Promise<(Stored | Error)[]> {
    if (underWay >= WRITES_ADRIFT) throw new Unavailable('earlier writes are still under way', { code: 'store-slow' });
    underWay += 1;
    const written = insert(envelopes, rows).finally(() => {
      underWay -= 1;
    });
    try {
      return await within(WRITE_TIMEOUT_MS, written);
    } catch (err) {
      log.error({ err, envelopes: rows.length }, 'envelopes not stored, their senders are refused for now');
      throw err;
    }
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
    // The driver wraps a lost connection the same way: only what was counted as inserted, or refused by itself, is known.
    if (!(error instanceof MongoBulkWriteError) || error.result.getWriteConcernError()) throw error;
    const refusals = [error.writeErrors].flat();
    if (error.insertedCount + refusals.length !== rows.length) throw error;
    for (const { index, code } of refusals) outcomes[index] = code === DUPLICATE_KEY ? 'known' : notStored(code);
  }
  await crashPoint('ingestion.envelope-stored');
  return outcomes;
}

function notStored(code: number): Unavailable {
  return new Unavailable(`the store refused it with code ${code}`, { code: 'store-refused', retryAfterMs: 5_000 });
}
