import { setTimeout as delay } from 'node:timers/promises';
import { Unavailable } from '@tocsin/platform';

export interface GroupCommitOptions<T, R> {
  /** Stores a batch durably and says for each item what became of it. Throws where nothing is known of any. */
  write(batch: T[]): Promise<(R | Error)[]>;
  bytesOf(item: T): number;
  batchItems: number;
  batchBytes: number;
  queueItems: number;
  queueBytes: number;
}

export interface GroupCommit<T, R> {
  /** Resolves once the item is stored. Throws `Unavailable` where the queue is full or the store is away. */
  add(item: T): Promise<R>;
  /** Items that wait for a write, or are in the one under way. */
  waiting(): number;
  /** Resolves once nothing waits any more. */
  drain(): Promise<void>;
}

const GATHER_MS = 2;

interface Waiting<T, R> {
  item: T;
  bytes: number;
  done(outcome: R): void;
  failed(error: Error): void;
}

/**
 * Shares durable writes: what arrives while one write is under way goes together into the next. Alone, an item waits for
 * nothing; in a storm, a flush of the disk is shared by hundreds.
 */
export function createGroupCommit<T, R>(options: GroupCommitOptions<T, R>): GroupCommit<T, R> {
  let queue: Waiting<T, R>[] = [];
  let queuedBytes = 0;
  let underWay = 0;
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    // What arrives in the same turn of the event loop shares the first write as well.
    await new Promise((resolve) => setImmediate(resolve));
    while (queue.length > 0) {
      const shared = await writeNext();
      // Under load, senders that were just answered post again within a moment: waiting for them makes fewer, larger writes.
      if (shared > 1 && queue.length < options.batchItems) await delay(GATHER_MS);
    }
    running = undefined;
  }

  async function writeNext(): Promise<number> {
    const batch = take();
    underWay = batch.length;
    try {
      const outcomes = await options.write(batch.map((waiting) => waiting.item));
      for (const [at, waiting] of batch.entries()) {
        const outcome = outcomes[at];
        if (outcome === undefined) waiting.failed(new Error('the write said nothing of this item'));
        else if (outcome instanceof Error) waiting.failed(outcome);
        else waiting.done(outcome);
      }
    } catch (cause) {
      // Who waits behind this write hears so now as well, and not after a time-out of their own.
      const away = new Unavailable('the store is away', { code: 'store-away', retryAfterMs: 2_000, cause });
      for (const waiting of [...batch, ...queue]) waiting.failed(away);
      queue = [];
      queuedBytes = 0;
    } finally {
      underWay = 0;
    }
    return batch.length;
  }

  function take(): Waiting<T, R>[] {
    let bytes = 0;
    let count = 0;
    for (const waiting of queue) {
      if (count > 0 && (count >= options.batchItems || bytes + waiting.bytes > options.batchBytes)) break;
      bytes += waiting.bytes;
      count += 1;
    }
    queuedBytes -= bytes;
    return queue.splice(0, count);
  }

  return {
    add: (item) => {
      const bytes = options.bytesOf(item);
      if (queue.length >= options.queueItems || queuedBytes + bytes > options.queueBytes) {
        return Promise.reject(new Unavailable('too much at once', { code: 'overloaded', retryAfterMs: 1_000 }));
      }
      return new Promise<R>((done, failed) => {
        queue.push({ item, bytes, done, failed });
        queuedBytes += bytes;
        running ??= run();
      });
    },
    waiting: () => queue.length + underWay,
    drain: async () => {
      while (running) await running;
    },
  };
}
