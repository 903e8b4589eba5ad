import { GENESIS_HASH, inTransaction } from '@tocsin/platform';
import type { ClientSession, MongoClient } from 'mongodb';
import type { Collections } from '../store/collections.ts';
import { type AuditEntry, type NewEntry, nextEntry } from './entry.ts';

/** The audit log: only grows, one hash chain an organisation. */
export interface Audit {
  /**
   * Makes a change of our own store and writes its entry, both or neither. `work` may run more than once; where it resolves with no
   * entry, nothing was changed and nothing is written.
   */
  change<T>(organisationId: string, work: (tx: ClientSession) => Promise<Made<T>>): Promise<T>;
  /** Writes an entry by itself, and resolves with it. */
  append(entry: NewEntry): Promise<AuditEntry>;
  /** Entries after (or, newest first, before) a position. */
  page(organisationId: string, wish: { from?: number; limit: number }): Promise<AuditEntry[]>;
  /** All entries up to the newest at the time of asking, oldest first. */
  all(organisationId: string): AsyncIterable<AuditEntry>;
}

export interface Made<T> {
  result: T;
  entry?: NewEntry;
}

export function createAudit(client: MongoClient, { audit, auditHeads }: Collections): Audit {
  const turns = new Map<string, Promise<unknown>>();

  /**
   * Everybody who appends to an organisation's chain collides in the store with everybody else who does. Within this process they
   * take turns instead, so that only replicas collide; the transaction, not the turn, keeps the chain whole.
   */
  async function inTurn<T>(organisationId: string, work: () => Promise<T>): Promise<T> {
    const before = turns.get(organisationId) ?? Promise.resolve();
    const mine = before.then(work, work);
    const settled = mine.catch(() => undefined);
    turns.set(organisationId, settled);
    try {
      return await mine;
    } finally {
      if (turns.get(organisationId) === settled) turns.delete(organisationId);
    }
  }

  async function appendIn(tx: ClientSession, content: NewEntry): Promise<AuditEntry> {
    const { organisationId } = content;
    const head = await auditHeads.findOne({ _id: organisationId }, { session: tx });
    const entry = nextEntry(content, head ?? { position: 0, hash: GENESIS_HASH });
    const next = { $set: { position: entry.position, hash: entry.hash } };
    await auditHeads.updateOne({ _id: organisationId }, next, { session: tx, upsert: true });
    await audit.insertOne({ _id: `${organisationId}/${entry.position}`, ...entry }, { session: tx });
    return entry;
  }

  function change<T>(organisationId: string, work: (tx: ClientSession) => Promise<Made<T>>): Promise<T> {
    return inTurn(organisationId, () =>
      inTransaction(client, async (tx) => {
        const { result, entry } = await work(tx);
        if (entry) await appendIn(tx, entry);
        return result;
      }),
    );
  }

  return {
    change,
    append: (entry) => inTurn(entry.organisationId, () => inTransaction(client, (tx) => appendIn(tx, entry))),
    async page(organisationId, { from, limit }) {
      const filter = { organisationId, ...(from === undefined ? {} : { position: { $lte: from } }) };
      return audit
        .find(filter, { projection: { _id: 0 } })
        .sort({ position: -1 })
        .limit(limit)
        .toArray();
    },
    async *all(organisationId) {
      const head = await auditHeads.findOne({ _id: organisationId });
      const filter = { organisationId, position: { $lte: head?.position ?? 0 } };
      yield* audit.find(filter, { projection: { _id: 0 } }).sort({ position: 1 });
    },
  };
}
