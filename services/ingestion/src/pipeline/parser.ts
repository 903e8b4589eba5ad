import { crashPoint } from '@tocsin/platform';
import type { AlertRow, EnvelopeRow } from '../store/collections.ts';
import { leaseUnparsed } from '../store/lease-envelopes.ts';
import { repeat } from './repeat.ts';
import { type StoreAlertsDeps, storeAlerts } from './store-alerts.ts';

export interface ParserOptions extends StoreAlertsDeps {
  /** Called with the alerts that were stored just now. */
  alertsStored(alerts: AlertRow[]): void;
  sweepEveryMs?: number;
}

export interface Parser {
  /** Parses an envelope soon. Where too many wait, it is left to the sweep. */
  take(envelope: EnvelopeRow): void;
  stop(): Promise<void>;
}

const BATCH_ENVELOPES = 1_000;
const HELD_ENVELOPES = 20_000;
const HELD_BYTES = 64 * 1024 * 1024;
const SWEPT_AT_ONCE = 32;

/** Parses stored envelopes: this process' own at once, many in one transaction, and what a crash left, by a sweep. */
export function createParser(options: ParserOptions): Parser {
  const { collections, log, sweepEveryMs = 1_000 } = options;
  let queue: EnvelopeRow[] = [];
  let heldBytes = 0;
  let running: Promise<void> | undefined;
  const held = new Set<string>();
  const stopped = new AbortController();

  function push(envelope: EnvelopeRow): void {
    const bytes = envelope.body.length();
    if (held.has(envelope._id) || held.size >= HELD_ENVELOPES || heldBytes + bytes > HELD_BYTES) return;
    held.add(envelope._id);
    heldBytes += bytes;
    queue.push(envelope);
    running ??= run();
  }

  async function run(): Promise<void> {
    // Answers that are being written go out first.
    await new Promise((resolve) => setImmediate(resolve));
    await crashPoint('ingestion.answered');
    while (queue.length > 0) {
      const batch = queue.slice(0, BATCH_ENVELOPES);
      queue = queue.slice(batch.length);
      try {
        const alerts = await storeAlerts(options, batch);
        if (alerts.length > 0) options.alertsStored(alerts);
      } catch (err) {
        log.error({ err, envelopes: batch.length }, 'envelopes not parsed');
      }
      for (const envelope of batch) {
        held.delete(envelope._id);
        heldBytes -= envelope.body.length();
      }
    }
    running = undefined;
  }

  async function sweep(): Promise<void> {
    let leased: EnvelopeRow[];
    do {
      // What is due while this process is behind is mostly its own: it comes to it.
      await running;
      leased = await leaseUnparsed(collections.envelopes, SWEPT_AT_ONCE);
      for (const envelope of leased) push(envelope);
    } while (leased.length === SWEPT_AT_ONCE && !stopped.signal.aborted);
  }

  const sweeping = repeat(sweepEveryMs, stopped.signal, sweep, (err) => log.warn({ err }, 'sweep of envelopes failed'));
  return {
    take: push,
    async stop() {
      stopped.abort();
      await sweeping;
      await running;
    },
  };
}
