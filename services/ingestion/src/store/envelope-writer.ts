import { crashPoint, isDuplicateKey, type Logger, Unavailable } from '@tocsin/platform';
import type { Collection } from 'mongodb';
import type { ParcelRow, StoredEnvelope } from './collections.ts';
import { createGroupCommit, type GroupCommit } from './group-commit.ts';
import { createParcel, envelopeId } from './parcel.ts';
import { within } from './within.ts';

export interface EnvelopeWriterOptions {
  parcels: Collection<ParcelRow>;
  /** Called with each parcel once it is stored for good, before those who wait for it hear of it. */
  stored(parcel: ParcelRow): void;
  log: Logger;
}

/** A store that takes longer is away: senders give up after one to ten seconds, and a refusal is what makes them come again. */
const WRITE_TIMEOUT_MS = 3_000;
/** Writes that ran out of time and are still under way: while there are so many, the store is not asked again. */
const WRITES_ADRIFT = 2;
/** What a row weighs beside its body. */
const ROW_BYTES = 512;

/**
 * Stores envelopes for good, all that wait in one document with one write: the connection's writes are acknowledged by a
 * majority's journal. Each hears its id; one whose idempotency key was stored before, the id of the first, which stays as it was.
 */
export function createEnvelopeWriter({
  parcels,
  stored,
  log,
}: EnvelopeWriterOptions): GroupCommit<StoredEnvelope, string> {
  let underWay = 0;

  async function write(envelopes: StoredEnvelope[]): Promise<string[]> {
    if (underWay >= WRITES_ADRIFT) throw new Unavailable('earlier writes are still under way', { code: 'store-slow' });
    underWay += 1;
    const written = insert(parcels, envelopes).finally(() => {
      underWay -= 1;
    });
    try {
      const { ids, parcel } = await within(WRITE_TIMEOUT_MS, written);
      if (parcel) stored(parcel);
      return ids;
    } catch (err) {
      log.error({ err, envelopes: envelopes.length }, 'envelopes not stored, their senders are refused for now');
      throw err;
    }
  }

  return createGroupCommit({
    write,
    bytesOf: (envelope) => envelope.body.length() + ROW_BYTES,
    batchItems: 1_000,
    batchBytes: 8 * 1024 * 1024,
    queueItems: 20_000,
    queueBytes: 64 * 1024 * 1024,
  });
}

interface Inserted {
  ids: string[];
  /** Absent where every envelope was known. */
  parcel?: ParcelRow;
}

async function insert(parcels: Collection<ParcelRow>, envelopes: StoredEnvelope[]): Promise<Inserted> {
  await crashPoint('ingestion.before-store');
  const known = new Map<string, string>();
  for (;;) {
    const { ids, parcel } = pack(envelopes, known);
    if (parcel.envelopes.length === 0) return { ids };
    try {
      await parcels.insertOne(parcel);
      await crashPoint('ingestion.envelope-stored');
      return { ids, parcel };
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      await findKnown(parcels, parcel.idempotency ?? [], known);
    }
  }
}

/** One parcel of those that are not known, each idempotency key once, and the id of every envelope. */
function pack(envelopes: StoredEnvelope[], known: ReadonlyMap<string, string>): Inserted & { parcel: ParcelRow } {
  const packed: StoredEnvelope[] = [];
  const places = new Map<string, number>();
  const found = envelopes.map((envelope): string | number => {
    const { idempotency } = envelope;
    const before = idempotency === undefined ? undefined : (known.get(idempotency) ?? places.get(idempotency));
    if (before !== undefined) return before;
    const place = packed.push(envelope) - 1;
    if (idempotency !== undefined) places.set(idempotency, place);
    return place;
  });
  const parcel = createParcel(packed);
  return { parcel, ids: found.map((one) => (typeof one === 'string' ? one : envelopeId(parcel._id, one))) };
}

/** The ids under which keys were stored before, as a majority has them: what is not safe yet is no reason to answer. */
async function findKnown(
  parcels: Collection<ParcelRow>,
  idempotency: string[],
  known: Map<string, string>,
): Promise<void> {
  const before = known.size;
  const wanted = new Set(idempotency);
  const rows = parcels.find(
    { idempotency: { $in: idempotency } },
    { projection: { 'envelopes.idempotency': 1 }, readConcern: 'majority' },
  );
  for await (const { _id, envelopes } of rows) {
    for (const [place, { idempotency: key }] of envelopes.entries()) {
      if (key !== undefined && wanted.has(key)) known.set(key, envelopeId(_id, place));
    }
  }
  if (known.size === before) throw new Unavailable('the same key is being stored', { code: 'store-busy' });
}
