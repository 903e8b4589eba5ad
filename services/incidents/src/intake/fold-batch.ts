import { crashPoint, inTransaction, isDuplicateKey, newId, sleep } from '@tocsin/platform';
import type { ClientSession, MongoClient } from 'mongodb';
import { type FoldAlert, type FoldDecision, foldAlert } from '../core/fold.ts';
import { decideRoute, type Route } from '../core/route.ts';
import type { Collections } from '../store/collections.ts';
import { decidedBefore } from './decided.ts';
import { loadState } from './load-state.ts';
import { saveState } from './save-state.ts';

const TRIES = 6;

/**
 * Folds a batch in one transaction: claims, members, counts, decisions with their reasons, versions. What another replica
 * decided meanwhile makes it collide and be done again from what is true then; a batch that keeps colliding is halved. Titles
 * may still be on their way: what else is to be read is read meanwhile.
 */
export async function foldBatch(
  client: MongoClient,
  collections: Collections,
  alerts: FoldAlert[],
  titles: Promise<ReadonlyMap<string, string>> = Promise.resolve(new Map()),
): Promise<FoldDecision[]> {
  for (let tries = 1; ; tries += 1) {
    try {
      const decisions = await foldOnce(client, collections, alerts, titles);
      await crashPoint('incidents.folded');
      return decisions;
    } catch (error) {
      if (!isDuplicateKey(error) || tries > TRIES) throw error;
      await sleep(Math.random() * 20 * tries);
    }
    if (tries >= 3 && alerts.length > 1) {
      const half = Math.ceil(alerts.length / 2);
      const first = await foldBatch(client, collections, alerts.slice(0, half), titles);
      return [...first, ...(await foldBatch(client, collections, alerts.slice(half), titles))];
    }
  }
}

/** What was decided before is asked outside the transaction: what is decided meanwhile collides with what this one stores. */
async function foldOnce(
  client: MongoClient,
  collections: Collections,
  alerts: FoldAlert[],
  titles: Promise<ReadonlyMap<string, string>>,
): Promise<FoldDecision[]> {
  // Told twice, an alert may be twice in one batch.
  const byId = new Map(alerts.map((alert) => [alert.alertId, alert]));
  const [before, routes, words] = await Promise.all([
    decidedBefore(collections, [...byId.keys()]),
    routesOf(collections, alerts),
    titles,
  ]);
  const fresh = [...byId.values()]
    .filter((alert) => !before.has(alert.alertId))
    .map((alert) => ({ ...alert, title: words.get(alert.alertId) ?? alert.title }));
  if (fresh.length === 0) return [...before.values()];
  const made = await inTransaction(client, (session) => foldIn(session, collections, fresh, routes));
  return [...before.values(), ...made];
}

async function foldIn(
  session: ClientSession,
  collections: Collections,
  fresh: FoldAlert[],
  routes: Map<string, Route[]>,
): Promise<FoldDecision[]> {
  const { state, known } = await loadState(session, collections, fresh);
  const decisions = fresh.map((alert) =>
    foldAlert(state, alert, (one) => decideRoute(routes.get(one.organisationId) ?? [], one), newId),
  );
  await saveState(session, collections, { state, known, fresh, decisions });
  return decisions;
}

async function routesOf(collections: Collections, alerts: FoldAlert[]): Promise<Map<string, Route[]>> {
  const organisations = [...new Set(alerts.map((alert) => alert.organisationId))];
  const docs = await collections.routes.find({ _id: { $in: organisations } }).toArray();
  return new Map(docs.map((doc) => [doc._id, doc.routes]));
}
