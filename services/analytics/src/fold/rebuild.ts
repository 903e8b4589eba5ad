import { foldKpis, KPI_RULES, noKpis } from '@tocsin/domain';
import { type Client, isDuplicateKey, type Logger } from '@tocsin/platform';
import type { Incidents, Logged } from '@tocsin/proto/incident/v1';
import type { Collections, KpisDoc, RebuildDoc } from '../store/collections.ts';
import { entryOf, replaceDoc } from './fold-entries.ts';
import { logOf } from './log-of.ts';

export interface RebuildDeps {
  collections: Collections;
  incidents: Client<typeof Incidents>;
  log: Logger;
}

const LEASE_MS = 30_000;
const PAGE = 1_000;
const AT_ONCE = 100;

/** Asks for all numbers to be made again; while one making is under way it stands for this one too. */
export async function beginRebuild({ rebuilds }: Collections): Promise<void> {
  const fresh = { cursor: '', incidents: 0, startedAt: new Date(), finishedAt: null };
  try {
    await rebuilds.updateOne(
      { _id: 'rebuild', finishedAt: { $ne: null } },
      { $set: { ...fresh, leaseUntil: new Date(0) } },
      { upsert: true },
    );
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
}

/** An installation that is new to analytics has logs of which no fact is told any more. */
export async function rebuildFirst(collections: Collections): Promise<void> {
  if ((await collections.rebuilds.countDocuments({})) === 0) await beginRebuild(collections);
}

/**
 * Goes on with what was asked for, page by page, until all is made again or the signal comes. One replica at a time; whatever
 * it left when it crashed, the next takes up. Numbers can be asked for and facts come in as before.
 */
export async function rebuild(deps: RebuildDeps, signal: AbortSignal): Promise<void> {
  const { rebuilds } = deps.collections;
  let turn = await rebuilds.findOneAndUpdate(
    { _id: 'rebuild', finishedAt: null, leaseUntil: { $lt: new Date() } },
    { $set: { leaseUntil: new Date(Date.now() + LEASE_MS) } },
    { returnDocument: 'after' },
  );
  if (!turn) return;
  try {
    while (turn && !signal.aborted) turn = await onePage(deps, turn);
  } finally {
    if (turn) await rebuilds.updateOne(sameTurn(turn), { $set: { leaseUntil: new Date(0) } });
  }
}

/** Makes again what other rules made: those of an older version, which may run beside this one for a while. */
export async function remakeOutdated(deps: RebuildDeps, signal: AbortSignal): Promise<void> {
  const { incidents } = deps.collections;
  while (!signal.aborted) {
    const outdated = await incidents
      .find({ rules: { $lt: KPI_RULES } }, { projection: { _id: 1 } })
      .limit(AT_ONCE)
      .toArray();
    if (outdated.length === 0) return;
    await Promise.all(outdated.map(({ _id }) => makeAgain(deps, _id, [])));
  }
}

/** A page of all logs. Its last incident may go on in the next page, so that one is read to its end here. */
async function onePage(deps: RebuildDeps, turn: RebuildDoc): Promise<RebuildDoc | null> {
  const { collections, incidents, log } = deps;
  const { entries, nextCursor } = await incidents.logSince({ cursor: turn.cursor, limit: PAGE });
  const last = entries.at(-1)?.incidentId;
  // One that began in a page before was read to its end there.
  const fresh = [...Map.groupBy(entries, (one) => one.incidentId)].filter(([, [first]]) => first?.position === 1n);
  await Promise.all(fresh.map(([id, some]) => makeAgain(deps, id, id === last ? [] : some)));
  const finished = nextCursor === '';
  const next = await collections.rebuilds.findOneAndUpdate(
    sameTurn(turn),
    {
      $set: {
        cursor: nextCursor,
        leaseUntil: new Date(Date.now() + LEASE_MS),
        ...(finished ? { finishedAt: new Date() } : {}),
      },
      $inc: { incidents: fresh.length },
    },
    { returnDocument: 'after' },
  );
  if (finished && next) log.info({ incidents: next.incidents }, 'all numbers were made again');
  return finished ? null : next;
}

/** Whoever holds an older turn changes nothing: somebody else went on, or all begins anew. */
function sameTurn({ _id, cursor, startedAt }: RebuildDoc) {
  return { _id, cursor, startedAt, finishedAt: null };
}

/**
 * Makes one incident's numbers from its log, whatever the old ones say. `entries` is the log as it was a moment ago, where it is
 * at hand: enough, unless more was heard since. What comes in meanwhile is not lost.
 */
async function makeAgain(
  { collections, incidents }: RebuildDeps,
  incidentId: string,
  entries: Logged[],
): Promise<void> {
  let atHand = entries;
  for (;;) {
    // Read before the log is: what waits in the document was in the log before it was told, so the log that is read next has it.
    const known = await collections.incidents.findOne({ _id: incidentId });
    const heard = Math.max(known?.kpis.head ?? 0, ...(known?.waiting ?? []).map((one) => one.position));
    if (atHand.length === 0 || heard > atHand.length) atHand = await wholeLog(incidents, incidentId);
    const [first] = atHand;
    // Without a log there is nothing to make: what is known stays as it is.
    if (!first) return keep(collections, known);
    const { kpis } = foldKpis(noKpis(), atHand.map(entryOf));
    const { organisationId } = first;
    const rev = (known?.rev ?? 0) + 1;
    const next = { _id: incidentId, organisationId, rev, rules: KPI_RULES, kpis, waiting: [], waitingSince: null };
    if (await replaceDoc(collections.incidents, known, next)) return;
    atHand = [];
  }
}

async function keep({ incidents }: Collections, known: KpisDoc | null): Promise<void> {
  if (known) await incidents.updateOne({ _id: known._id, rev: known.rev }, { $set: { rules: KPI_RULES } });
}

async function wholeLog(incidents: Client<typeof Incidents>, incidentId: string): Promise<Logged[]> {
  const all: Logged[] = [];
  for await (const entries of logOf(incidents, incidentId, 0)) all.push(...entries);
  return all;
}
