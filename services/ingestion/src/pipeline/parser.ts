import { crashPoint, sleep } from '@tocsin/platform';
import type { ParcelRow } from '../store/collections.ts';
import { leaseUnparsed } from '../store/lease-parcels.ts';
import { parcelBytes } from '../store/parcel.ts';
import type { Telling } from '../store/telling.ts';
import { repeat } from './repeat.ts';
import { type StoreAlertsDeps, storeAlerts } from './store-alerts.ts';

export interface ParserOptions extends StoreAlertsDeps {
  /** Called with the alerts that were stored just now. */
  alertsStored(tellings: Telling[]): void;
  sweepEveryMs?: number;
}

export interface Parser {
  /** Parses a parcel soon. Where too many wait, it is left to the sweep. */
  take(parcel: ParcelRow): void;
  stop(): Promise<void>;
}

const BATCH_PARCELS = 50;
const HELD_ENVELOPES = 20_000;
const HELD_BYTES = 64 * 1024 * 1024;
const SWEPT_AT_ONCE = 16;
/** More envelopes than this at once are a storm. */
const A_STORM = 50;
const LONGEST_REST_MS = 100;

/** Parses stored parcels: this process' own at once, several in one transaction, and what a crash left, by a sweep. */
export function createParser(options: ParserOptions): Parser {
  const { collections, log, sweepEveryMs = 1_000 } = options;
  let queue: ParcelRow[] = [];
  let heldEnvelopes = 0;
  let heldBytes = 0;
  let running: Promise<void> | undefined;
  const held = new Set<string>();
  const stopped = new AbortController();

  function push(parcel: ParcelRow): void {
    const bytes = parcelBytes(parcel);
    const isTooMuch = heldEnvelopes >= HELD_ENVELOPES || heldBytes + bytes > HELD_BYTES;
    if (held.has(parcel._id) || (held.size > 0 && isTooMuch)) return;
    held.add(parcel._id);
    heldEnvelopes += parcel.envelopes.length;
    heldBytes += bytes;
    queue.push(parcel);
    running ??= run();
  }

  async function run(): Promise<void> {
    // Answers that are being written go out first.
    await new Promise((resolve) => setImmediate(resolve));
    await crashPoint('ingestion.answered');
    while (queue.length > 0) {
      const batch = queue.slice(0, BATCH_PARCELS);
      queue = queue.slice(batch.length);
      const startedAt = performance.now();
      try {
        await storeAlerts(options, batch, options.alertsStored);
      } catch (err) {
        log.error({ err, parcels: batch.length }, 'parcels not parsed');
      }
      for (const parcel of batch) {
        held.delete(parcel._id);
        heldEnvelopes -= parcel.envelopes.length;
        heldBytes -= parcelBytes(parcel);
      }
      // In a storm what comes meanwhile shares the next transaction.
      const envelopes = batch.reduce((sum, parcel) => sum + parcel.envelopes.length, 0);
      if (envelopes > A_STORM) await sleep(Math.min(performance.now() - startedAt, LONGEST_REST_MS));
    }
    running = undefined;
  }

  async function sweep(): Promise<void> {
    let leased: ParcelRow[];
    do {
      // What is due while this process is behind is mostly its own: it comes to it.
      await running;
      leased = await leaseUnparsed(collections.parcels, SWEPT_AT_ONCE);
      for (const parcel of leased) push(parcel);
    } while (leased.length === SWEPT_AT_ONCE && !stopped.signal.aborted);
  }

  const sweeping = repeat(sweepEveryMs, stopped.signal, sweep, (err) => log.warn({ err }, 'sweep of parcels failed'));
  return {
    take: push,
    async stop() {
      stopped.abort();
      await sweeping;
      await running;
    },
  };
}
