import { createBatch, type FactRow, insertEach, inTransaction } from '@tocsin/platform';
import type { ClientSession, Collection, MongoClient } from 'mongodb';
import type { AttemptOutcome, LedgerRow } from './row.ts';
import type { Transition } from './transitions.ts';

/** Which pages a withdrawal is about. */
export interface WithdrawalScope {
  incidentId: string;
  escalationId: string;
  throughRound: number;
  /** Only this person's pages of `layer` in `throughRound`; null: everybody's, in all rounds up to it. */
  personId: string | null;
  layer: number;
}

/** Every notification of a channel, once. All replicas share it; every change is conditional on what was read. */
export interface Ledger {
  ensure(): Promise<void>;
  find(id: string): Promise<LedgerRow | null>;
  /** 'taken' where the notification has a row, 'code-in-use' where another of the contact method's pages has its code. */
  insert(row: LedgerRow): Promise<'inserted' | 'taken' | 'code-in-use'>;
  /** Applies a transition to the row as it is now. `changed` is false where the transition had nothing to change. */
  change(row: LedgerRow, transition: Transition): Promise<{ row: LedgerRow; changed: boolean }>;
  /** The same, with the fact of what changed: both are stored, or neither is. */
  changeAndTell(
    row: LedgerRow,
    transition: Transition,
    fact: (before: LedgerRow, after: LedgerRow) => FactRow,
  ): Promise<{ row: LedgerRow; changed: boolean }>;
  findByToken(tokenHash: string): Promise<LedgerRow | null>;
  findByCode(code: string): Promise<LedgerRow[]>;
  /** Of these ids of a provider, those that some attempt has. */
  knownProviderIds(provider: string, providerIds: readonly string[]): Promise<Set<string>>;
  /** True where the provider may have another notification to the same contact method, begun since, of which nothing is known yet. */
  othersUnsettled(row: LedgerRow, provider: string, since: Date): Promise<boolean>;
  /** Pages of an incident; of one escalation, and of one person in it, where they are named. */
  pagesOf(of: { incidentId: string; escalationId?: string; personId?: string }): Promise<LedgerRow[]>;
  /** Marks the rows of pages in scope as withdrawn. */
  withdraw(scope: WithdrawalScope, at: Date): Promise<void>;
  /** Withdrawn rows in scope that may still ring somewhere. */
  withdrawnAndOpen(scope: WithdrawalScope): Promise<LedgerRow[]>;
}

const CODE_INDEX = 'code-of-contact-method';

export function createLedger(
  client: MongoClient,
  collection: Collection<LedgerRow>,
  facts: Collection<FactRow>,
): Ledger {
  const insert = createBatch((rows: LedgerRow[]) => insertEach(collection, rows));
  const find = createBatch(async (ids: string[]) => {
    const rows = await collection.find({ _id: { $in: ids } }).toArray();
    const byId = new Map(rows.map((row) => [row._id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  });

  const replace = async (before: LedgerRow, after: LedgerRow, session?: ClientSession): Promise<boolean> => {
    const { _id, rev } = before;
    const { matchedCount } = await collection.replaceOne({ _id, rev }, after, session ? { session } : {});
    return matchedCount === 1;
  };

  async function change(row: LedgerRow, transition: Transition, write: typeof replace = replace) {
    let current = row;
    for (;;) {
      const next = transition(current);
      if (!next) return { row: current, changed: false };
      const written = { ...next, rev: current.rev + 1 };
      if (await write(current, written)) return { row: written, changed: true };
      const found = await find(current._id);
      if (!found) throw new Error('a ledger row is gone while it was being changed');
      current = found;
    }
  }

  return {
    async ensure() {
      await collection.createIndexes([
        { key: { 'key.incidentId': 1, 'key.escalationId': 1 } },
        { key: { 'attempts.tokenHash': 1 } },
        { key: { 'attempts.providerId': 1 }, sparse: true },
        {
          key: { code: 1, 'key.contactMethodId': 1 },
          name: CODE_INDEX,
          unique: true,
          partialFilterExpression: { code: { $exists: true } },
        },
        { key: { expireAt: 1 }, expireAfterSeconds: 0 },
        { key: { 'key.contactMethodId': 1 }, partialFilterExpression: { state: 'calling' } },
      ]);
    },
    find,
    async insert(row) {
      const duplicate = await insert(row);
      if (duplicate === null) return 'inserted';
      return duplicate.includes(CODE_INDEX) ? 'code-in-use' : 'taken';
    },
    change: (row, transition) => change(row, transition),
    changeAndTell: (row, transition, fact) =>
      change(row, transition, (before, after) =>
        inTransaction(client, async (session) => {
          if (!(await replace(before, after, session))) return false;
          const { _id, ...told } = fact(before, after);
          await facts.updateOne({ _id }, { $setOnInsert: told }, { upsert: true, session });
          return true;
        }),
      ),
    findByToken: (tokenHash) => collection.findOne({ 'attempts.tokenHash': tokenHash }),
    findByCode: (code) => collection.find({ code }).sort({ createdAt: -1 }).limit(50).toArray(),
    async knownProviderIds(provider, providerIds) {
      const rows = await collection
        .find({ 'attempts.providerId': { $in: [...providerIds] } })
        .project<Pick<LedgerRow, 'attempts'>>({ attempts: 1 })
        .toArray();
      const attempts = rows.flatMap((row) => row.attempts).filter((one) => one.provider === provider);
      return new Set(attempts.flatMap((one) => (one.providerId === undefined ? [] : [one.providerId])));
    },
    async othersUnsettled(row, provider, since) {
      const unsettled: AttemptOutcome[] = ['calling', 'unknown'];
      const attempts = { $elemMatch: { provider, outcome: { $in: unsettled }, startedAt: { $gte: since } } };
      const { contactMethodId } = row.key;
      const other = await collection.findOne({
        'key.contactMethodId': contactMethodId,
        state: 'calling',
        _id: { $ne: row._id },
        attempts,
      });
      return other !== null;
    },
    pagesOf: ({ incidentId, escalationId, personId }) =>
      collection
        .find({
          'key.incidentId': incidentId,
          ...(escalationId === undefined ? {} : { 'key.escalationId': escalationId }),
          ...(personId === undefined ? {} : { 'key.personId': personId }),
          'key.kind': 'page',
        })
        .toArray(),
    async withdraw(scope, at) {
      await collection.updateMany({ ...inScope(scope), withdrawnAt: null }, [
        {
          $set: {
            withdrawnAt: at,
            state: { $cond: [{ $eq: ['$state', 'claimed'] }, 'withdrawn', '$state'] },
            rev: { $add: ['$rev', 1] },
          },
        },
      ]);
    },
    async withdrawnAndOpen(scope) {
      const open: AttemptOutcome[] = ['calling', 'taken', 'unknown'];
      return collection
        .find({
          ...inScope(scope),
          withdrawnAt: { $ne: null },
          attempts: { $elemMatch: { outcome: { $in: open }, ended: { $ne: true } } },
        })
        .toArray();
    },
  };
}

function inScope(scope: WithdrawalScope) {
  const { incidentId, escalationId, throughRound, personId, layer } = scope;
  const pages = { 'key.incidentId': incidentId, 'key.escalationId': escalationId, 'key.kind': 'page' as const };
  if (personId === null) return { ...pages, 'key.round': { $lte: throughRound } };
  return { ...pages, 'key.round': throughRound, 'key.layer': layer, 'key.personId': personId };
}
