import { type Logger, sleep, Unavailable } from '@tocsin/platform';
import type { ChangeStream } from 'mongodb';
import { createWarehouse, type Warehouse } from '../core/warehouse.ts';
import type { Collections, KpisDoc } from '../store/collections.ts';

/** All numbers in memory, column by column, and kept as they are in the store whichever replica changes them. */
export interface Live {
  /** Reads what is stored, then follows. Resolves when it can be asked. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** An organisation's numbers; those of one that had no incident are empty. @throws Unavailable before they were read. */
  warehouse(organisationId: string): Warehouse;
  all(): Iterable<Warehouse>;
}

const AGAIN_MS = 1_000;
/** How long the server waits for a change before it says that there is none: starting and stopping wait for it, too. */
const WAIT_MS = 200;

/** Without what only folding needs: there is a lot to read. */
const COUNTED = { waiting: 0, waitingSince: 0, 'kpis.newest': 0 };

export function createLive({ incidents }: Collections, log: Logger): Live {
  const stopping = new AbortController();
  const warehouses = new Map<string, Warehouse>();
  let ready = false;
  let stream: ChangeStream<KpisDoc> | undefined;
  let following: Promise<void> | undefined;

  function put({ _id, organisationId, rev, kpis }: KpisDoc): void {
    if (kpis.head === 0) return;
    let warehouse = warehouses.get(organisationId);
    if (!warehouse) {
      warehouse = createWarehouse();
      warehouses.set(organisationId, warehouse);
    }
    warehouse.put(_id, rev, kpis);
  }

  /** Changes are listened for before the store is read, so that none falls in between; an older one changes nothing. */
  async function open(): Promise<ChangeStream<KpisDoc>> {
    const changes = [{ $match: { operationType: { $in: ['insert', 'replace'] } } }];
    const opened = incidents.watch<KpisDoc>(changes, { maxAwaitTimeMS: WAIT_MS });
    stream = opened;
    const first = await opened.tryNext();
    const stored = incidents.find({}, { readConcern: 'majority', batchSize: 5_000, projection: COUNTED });
    for await (const doc of stored) {
      put(doc);
      if (stopping.signal.aborted) break;
    }
    if (first && 'fullDocument' in first && first.fullDocument) put(first.fullDocument);
    return opened;
  }

  async function follow(opened: ChangeStream<KpisDoc>): Promise<void> {
    for (let current: ChangeStream<KpisDoc> | undefined = opened; !stopping.signal.aborted; ) {
      try {
        current ??= await open();
        for await (const change of current) {
          if ('fullDocument' in change && change.fullDocument) put(change.fullDocument);
        }
      } catch (err) {
        if (!stopping.signal.aborted) log.warn({ err }, 'changes of numbers are not heard, reading them again');
      }
      await current?.close().catch(() => {});
      current = undefined;
      await sleep(AGAIN_MS, stopping.signal).catch(() => {});
    }
  }

  return {
    async start() {
      const opened = await open();
      ready = true;
      following = follow(opened);
    },
    async stop() {
      stopping.abort();
      await stream?.close();
      await following;
    },
    warehouse(organisationId) {
      if (!ready) throw new Unavailable('the numbers are being read', { code: 'starting' });
      return warehouses.get(organisationId) ?? createWarehouse();
    },
    all: () => warehouses.values(),
  };
}
