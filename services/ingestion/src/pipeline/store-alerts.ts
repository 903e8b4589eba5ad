import { setImmediate as nextTurn } from 'node:timers/promises';
import { crashPoint, inTransaction, type Logger } from '@tocsin/platform';
import { type MongoClient, MongoServerError } from 'mongodb';
import { parseEnvelope } from '../core/parse-envelope.ts';
import { sources } from '../sources/index.ts';
import { alertRow } from '../store/alert-row.ts';
import type { AlertRow, Collections, EnvelopeRow } from '../store/collections.ts';

export interface StoreAlertsDeps {
  client: MongoClient;
  collections: Collections;
  log: Logger;
  retentionMs: number;
}

interface Parsed {
  envelope: EnvelopeRow;
  alerts: AlertRow[];
}

/** Alerts of one transaction, as far as whole envelopes allow. */
const ALERTS_AT_ONCE = 2_000;
/** Parsing large bodies does not hold up posts for longer than this, and one body. */
const TURN_MS = 20;

/**
 * Parses envelopes and stores their alerts, each envelope's together with its `parsed`. Returns the alerts that this call stored:
 * an envelope that somebody else parsed meanwhile adds none. What fails stays unparsed, for a later sweep.
 */
export async function storeAlerts(deps: StoreAlertsDeps, envelopes: EnvelopeRow[]): Promise<AlertRow[]> {
  const stored: AlertRow[] = [];
  let batch: Parsed[] = [];
  let alerts = 0;
  let turnBegan = performance.now();
  for (const [at, envelope] of envelopes.entries()) {
    const parsed = { envelope, alerts: parse(envelope) };
    batch.push(parsed);
    alerts += parsed.alerts.length;
    if (performance.now() - turnBegan > TURN_MS) {
      await nextTurn();
      turnBegan = performance.now();
    }
    if (alerts < ALERTS_AT_ONCE && at < envelopes.length - 1) continue;
    stored.push(...(await storeBatch(deps, batch)));
    batch = [];
    alerts = 0;
  }
  return stored;
}

function parse(envelope: EnvelopeRow): AlertRow[] {
  const { _id: id, sender, contentType, contentEncoding, body } = envelope;
  const now = Date.now();
  return parseEnvelope({ id, sender, contentType, contentEncoding, body: body.value() as Uint8Array }, sources).map(
    (alert) => alertRow(alert, envelope, now),
  );
}

async function storeBatch(deps: StoreAlertsDeps, batch: Parsed[]): Promise<AlertRow[]> {
  try {
    return await commit(deps, batch);
  } catch (error) {
    if (error instanceof MongoServerError && batch.length > 1) {
      // One that the store refuses must not keep the others: each by itself.
      const stored: AlertRow[] = [];
      for (const one of batch) stored.push(...(await storeBatch(deps, [one])));
      return stored;
    }
    deps.log.error({ err: error, envelopes: batch.map(({ envelope }) => envelope._id) }, 'alerts not stored');
    return [];
  }
}

async function commit(deps: StoreAlertsDeps, batch: Parsed[]): Promise<AlertRow[]> {
  let open = batch;
  while (open.length > 0) {
    if (await commitAll(deps, open)) {
      await crashPoint('ingestion.alerts-stored');
      return open.flatMap(({ alerts }) => alerts);
    }
    open = await stillUnparsed(deps, open);
  }
  return [];
}

/** False where one of the envelopes was parsed already: then nothing is written. */
function commitAll(deps: StoreAlertsDeps, batch: Parsed[]): Promise<boolean> {
  const { client, collections, retentionMs } = deps;
  const ids = batch.map(({ envelope }) => envelope._id);
  const alerts = batch.flatMap((one) => one.alerts);
  const now = Date.now();
  return inTransaction(client, async (session) => {
    const claimed = await collections.envelopes.updateMany(
      { _id: { $in: ids }, parsed: null },
      {
        $set: { parsed: new Date(now), expiresAt: new Date(now + retentionMs) },
        $unset: { parseAt: 1, lease: 1 },
      },
      { session },
    );
    if (claimed.modifiedCount < ids.length) {
      await session.abortTransaction();
      return false;
    }
    if (alerts.length > 0) await collections.alerts.insertMany(alerts, { session });
    return true;
  });
}

async function stillUnparsed({ collections }: StoreAlertsDeps, batch: Parsed[]): Promise<Parsed[]> {
  const ids = batch.map(({ envelope }) => envelope._id);
  const rows = await collections.envelopes
    .find({ _id: { $in: ids }, parsed: null }, { projection: { _id: 1 } })
    .toArray();
  const open = new Set(rows.map((row) => row._id));
  return batch.filter(({ envelope }) => open.has(envelope._id));
}
