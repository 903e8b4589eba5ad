import { setImmediate as nextTurn } from 'node:timers/promises';
import { crashPoint, inTransaction, type Logger } from '@tocsin/platform';
import { type MongoClient, MongoServerError } from 'mongodb';
import { parseEnvelope } from '../core/parse-envelope.ts';
import { sources } from '../sources/index.ts';
import { alertRow } from '../store/alert-row.ts';
import type { AlertRow, Collections, ParcelRow } from '../store/collections.ts';
import { envelopeAt, sendersOf } from '../store/parcel.ts';
import { type Telling, tellingsOf } from '../store/telling.ts';

export interface StoreAlertsDeps {
  client: MongoClient;
  collections: Collections;
  log: Logger;
  retentionMs: number;
}

/** Envelopes of one parcel, from `from` up to `to`, parsed. */
interface Portion {
  parcel: ParcelRow;
  from: number;
  to: number;
  alerts: AlertRow[];
}

/** Alerts of one transaction, as far as whole envelopes allow. */
const ALERTS_AT_ONCE = 2_000;
/** Parsing large bodies does not hold up posts for longer than this, and one body. */
const TURN_MS = 20;

/**
 * Parses parcels and stores their alerts, those of each envelope together with the parcel's `next`. Hands over what this call
 * stored: an envelope that somebody else parsed meanwhile adds none. What fails stays unparsed, for a later sweep.
 */
export async function storeAlerts(
  deps: StoreAlertsDeps,
  parcels: ParcelRow[],
  stored: (tellings: Telling[]) => void,
): Promise<void> {
  let batch: Portion[] = [];
  let alerts = 0;
  const flush = async () => {
    const tellings = await storeBatch(deps, batch);
    if (tellings.length > 0) stored(tellings);
    batch = [];
    alerts = 0;
  };
  let turnBegan = performance.now();
  for (const parcel of parcels) {
    let portion: Portion = { parcel, from: parcel.next, to: parcel.next, alerts: [] };
    batch.push(portion);
    while (portion.to < parcel.envelopes.length) {
      const found = parse(parcel, portion.to);
      portion.to += 1;
      portion.alerts.push(...found);
      alerts += found.length;
      if (performance.now() - turnBegan > TURN_MS) {
        await nextTurn();
        turnBegan = performance.now();
      }
      if (alerts < ALERTS_AT_ONCE || portion.to === parcel.envelopes.length) continue;
      await flush();
      portion = { parcel, from: portion.to, to: portion.to, alerts: [] };
      batch.push(portion);
    }
    if (alerts >= ALERTS_AT_ONCE) await flush();
  }
  if (batch.length > 0) await flush();
}

function parse(parcel: ParcelRow, place: number): AlertRow[] {
  const envelope = envelopeAt(parcel, place);
  return parseEnvelope(envelope, sources).map((alert) => alertRow(alert, envelope));
}

async function storeBatch(deps: StoreAlertsDeps, batch: Portion[]): Promise<Telling[]> {
  try {
    return await commit(deps, batch);
  } catch (error) {
    if (error instanceof MongoServerError && batch.length > 1) {
      // One that the store refuses must not keep the others: each by itself.
      const stored: Telling[] = [];
      for (const one of batch) stored.push(...(await storeBatch(deps, [one])));
      return stored;
    }
    deps.log.error({ err: error, parcels: batch.map(({ parcel }) => parcel._id) }, 'alerts not stored');
    return [];
  }
}

async function commit(deps: StoreAlertsDeps, batch: Portion[]): Promise<Telling[]> {
  let open = batch;
  while (open.length > 0) {
    const tellings = open.flatMap(({ parcel, alerts }) => tellingsOf(parcel._id, alerts));
    if (await commitAll(deps, open, tellings)) {
      await crashPoint('ingestion.alerts-stored');
      return tellings;
    }
    open = await stillUnparsed(deps, open);
  }
  return [];
}

/** False where a part of one of the parcels was parsed already: then nothing is written. */
function commitAll(deps: StoreAlertsDeps, batch: Portion[], tellings: Telling[]): Promise<boolean> {
  const { client, collections, retentionMs } = deps;
  const alerts = batch.flatMap((one) => one.alerts);
  const parsed = new Date();
  const expiresAt = new Date(parsed.getTime() + retentionMs);
  const moves = batch.map(({ parcel, from, to, alerts: found }) => {
    const $inc = countsOf(parcel, found);
    const update =
      to < parcel.envelopes.length
        ? { $set: { next: to }, $inc }
        : { $set: { next: to, parsed, expiresAt }, $unset: { parseAt: 1, lease: 1 } as const, $inc };
    return { updateOne: { filter: { _id: parcel._id, next: from, parsed: null }, update } };
  });
  return inTransaction(client, async (session) => {
    const { matchedCount } = await collections.parcels.bulkWrite(moves, { session });
    if (matchedCount < batch.length) {
      await session.abortTransaction();
      return false;
    }
    if (alerts.length > 0) {
      await collections.alerts.insertMany(alerts, { session });
      await collections.tellings.insertMany(
        tellings.map(({ row }) => row),
        { session },
      );
    }
    return true;
  });
}

/** Raises the parcel's counts of alerts by those that were found in it. */
function countsOf({ senders }: ParcelRow, found: AlertRow[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const of of found.flatMap(sendersOf)) counts.set(of, (counts.get(of) ?? 0) + 1);
  return Object.fromEntries(
    senders.flatMap(({ of }, at) => (counts.has(of) ? [[`senders.${at}.alerts`, counts.get(of) ?? 0]] : [])),
  );
}

async function stillUnparsed({ collections }: StoreAlertsDeps, batch: Portion[]): Promise<Portion[]> {
  const rows = await collections.parcels
    .find({ _id: { $in: batch.map(({ parcel }) => parcel._id) }, parsed: null }, { projection: { next: 1 } })
    .toArray();
  const next = new Map(rows.map((row) => [row._id, row.next]));
  // Where somebody else is in the middle of a parcel, it is theirs; a sweep comes back to what they leave.
  return batch.filter(({ parcel, from }) => next.get(parcel._id) === from);
}
