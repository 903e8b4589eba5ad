import { severityGiven, severityRank } from '@tocsin/domain';
import { crashPoint, inTransaction, isDuplicateKey, newId, sleep } from '@tocsin/platform';
import type { AnyBulkWriteOperation, ClientSession, MongoClient } from 'mongodb';
import {
  claimKey,
  type FoldAlert,
  type FoldDecision,
  type FoldState,
  foldAlert,
  type Member,
  memberKey,
} from '../core/fold.ts';
import { decideRoute, type Route } from '../core/route.ts';
import { wordsOf } from '../core/title-words.ts';
import type { Collections, IncidentDoc, LogDoc, MemberDoc } from '../store/collections.ts';

const TRIES = 6;

/**
 * Folds a batch in one transaction: claims, members, counts, decisions with their reasons, versions. What another replica
 * decided meanwhile makes it collide and be done again from what is true then; a batch that keeps colliding is halved.
 */
export async function foldBatch(
  client: MongoClient,
  collections: Collections,
  alerts: FoldAlert[],
): Promise<FoldDecision[]> {
  for (let tries = 1; ; tries += 1) {
    try {
      const decisions = await inTransaction(client, (session) => foldIn(session, collections, alerts));
      await crashPoint('incidents.folded');
      return decisions;
    } catch (error) {
      if (!isDuplicateKey(error) || tries > TRIES) throw error;
      await sleep(Math.random() * 20 * tries);
    }
    if (tries >= 3 && alerts.length > 1) {
      const half = Math.ceil(alerts.length / 2);
      const first = await foldBatch(client, collections, alerts.slice(0, half));
      return [...first, ...(await foldBatch(client, collections, alerts.slice(half)))];
    }
  }
}

async function foldIn(session: ClientSession, collections: Collections, alerts: FoldAlert[]): Promise<FoldDecision[]> {
  const ids = alerts.map((alert) => alert.alertId);
  const decidedBefore = await collections.decisions.find({ _id: { $in: ids } }, { session }).toArray();
  const before = new Map(decidedBefore.map((one) => [one._id, one]));
  // Told twice, an alert may be twice in one batch.
  const fresh = [...new Map(alerts.map((alert) => [alert.alertId, alert])).values()].filter(
    (alert) => !before.has(alert.alertId),
  );
  const repeated = decidedBefore.map(({ _id, incidentId, notify, reason }) => ({
    alertId: _id,
    incidentId,
    notify,
    reason,
  }));
  if (fresh.length === 0) return repeated;

  const state = await load(session, collections, fresh);
  const versions = new Map([...state.incidents].map(([id, one]) => [id, one.version]));
  const touched = new Set<string>();
  const routes = await routesOf(session, collections, fresh);
  const decisions = fresh.map((alert) => {
    const decision = foldAlert(state, alert, (one) => decideRoute(routes.get(one.organisationId) ?? [], one), newId);
    if (decision.incidentId !== '') touched.add(decision.incidentId);
    return decision;
  });
  await save(session, collections, state, { fresh, decisions, versions, touched });
  return [...repeated, ...decisions];
}

async function load(session: ClientSession, collections: Collections, alerts: FoldAlert[]): Promise<FoldState> {
  const members = await collections.members
    .find({ _id: { $in: [...new Set(alerts.map(memberKey))] } }, { session })
    .toArray();
  const claims = await collections.claims
    .find({ _id: { $in: [...new Set(alerts.map(claimKey))] } }, { session })
    .toArray();
  const incidentIds = new Set([
    ...members.flatMap((one) => one.incidentId ?? []),
    ...claims.map((one) => one.incidentId),
  ]);
  const incidents = await collections.incidents
    .find({ _id: { $in: [...incidentIds] }, status: { $ne: 'closed' } }, { session })
    .toArray();
  return {
    members: new Map(members.map((doc): [string, Member] => [doc._id, { ...doc, key: doc._id }])),
    claims: new Map(claims.map((doc) => [doc._id, doc.incidentId])),
    incidents: new Map(
      incidents.map((doc) => [
        doc._id,
        {
          ...doc,
          id: doc._id,
          severity: doc.sourceSeverity ?? doc.severity,
          openedAt: doc.openedAt.getTime(),
          routeReason: '',
          isNew: false,
        },
      ]),
    ),
  };
}

async function routesOf(
  session: ClientSession,
  collections: Collections,
  alerts: FoldAlert[],
): Promise<Map<string, Route[]>> {
  const organisations = [...new Set(alerts.map((alert) => alert.organisationId))];
  const docs = await collections.routes.find({ _id: { $in: organisations } }, { session }).toArray();
  return new Map(docs.map((doc) => [doc._id, doc.routes]));
}

interface Folded {
  fresh: FoldAlert[];
  decisions: FoldDecision[];
  /** Each known incident's version before. */
  versions: Map<string, number>;
  touched: Set<string>;
}

async function save(session: ClientSession, collections: Collections, state: FoldState, folded: Folded): Promise<void> {
  const now = new Date();
  const { fresh, decisions, versions, touched } = folded;
  const opened = [...state.incidents.values()].filter((one) => one.isNew);
  const first = new Map(decisions.toReversed().map((one) => [one.incidentId, one.alertId]));
  const docs: IncidentDoc[] = [];
  const entries: LogDoc[] = [];
  const numbers = new Map<string, number>();
  for (const [organisationId, { length }] of Map.groupBy(opened, (one) => one.organisationId)) {
    numbers.set(organisationId, await takeNumbers(session, collections, organisationId, length));
  }
  for (const one of opened) {
    const number = numbers.get(one.organisationId) ?? 1;
    numbers.set(one.organisationId, number + 1);
    const {
      id,
      organisationId,
      severity,
      title,
      teamId,
      policyId,
      drill,
      previousIncidentId,
      version,
      members,
      firing,
    } = one;
    docs.push({
      _id: id,
      organisationId,
      number: `INC-${number}`,
      status: 'open',
      severity,
      sourceSeverity: severity,
      word: null,
      rank: severityRank(severity),
      title,
      titleWords: wordsOf(title),
      firstAlertId: first.get(id) ?? '',
      teamId,
      policyId,
      drill,
      openedAt: new Date(one.openedAt),
      closedAt: null,
      previousIncidentId,
      version,
      toldVersion: 0,
      untold: true,
      nextTellAt: now,
      tries: 0,
      checkedAt: now,
      members,
      firing,
      alerts: one.alerts,
      ownerId: null,
      acknowledgedAt: null,
      round: 0,
      layer: 0,
      logHead: 1,
      closeEntryId: null,
    });
    const data = {
      severity,
      team: teamId,
      policy: policyId,
      reason: one.routeReason,
      drill,
      previous: previousIncidentId,
      alert: first.get(id) ?? '',
    };
    entries.push({
      _id: `${id}/opened`,
      incidentId: id,
      organisationId,
      position: 1,
      kind: 'opened',
      at: now,
      data,
      told: null,
    });
  }
  if (docs.length > 0) {
    await collections.incidents.insertMany(docs, { session });
    await collections.log.insertMany(entries, { session });
    const claims = [...state.claims].filter(([, id]) => state.incidents.get(id)?.isNew);
    await collections.claims.bulkWrite(
      claims.map(([_id, incidentId]) => ({
        updateOne: { filter: { _id }, update: { $set: { incidentId } }, upsert: true },
      })),
      { session },
    );
  }
  const updates: AnyBulkWriteOperation<IncidentDoc>[] = [...state.incidents.values()]
    .filter((one) => !one.isNew && touched.has(one.id))
    .map((one) => {
      const { id, version, members, firing, alerts, title } = one;
      const severity = severityGiven(one.severity, one.word);
      const news = version > (versions.get(id) ?? 0);
      const $set = {
        version,
        members,
        firing,
        alerts,
        severity,
        sourceSeverity: one.severity,
        rank: severityRank(severity),
        title,
        titleWords: wordsOf(title),
        ...(news ? { untold: true } : {}),
      };
      return { updateOne: { filter: { _id: id }, update: { $set } } };
    });
  if (updates.length > 0) await collections.incidents.bulkWrite(updates, { session });
  await saveMembers(session, collections, state, fresh);
  const organisations = new Map(fresh.map((alert) => [alert.alertId, alert.organisationId]));
  await collections.decisions.insertMany(
    decisions.map(({ alertId: _id, incidentId, notify, reason }) => ({
      _id,
      organisationId: organisations.get(_id) ?? '',
      incidentId,
      notify,
      reason,
      at: now,
    })),
    { session },
  );
}

const REMEMBERED_FOR_MS = 24 * 3_600_000;

async function saveMembers(
  session: ClientSession,
  collections: Collections,
  state: FoldState,
  fresh: FoldAlert[],
): Promise<void> {
  const organisations = new Map(fresh.map((alert) => [memberKey(alert), alert.organisationId]));
  const writes: AnyBulkWriteOperation<MemberDoc>[] = [];
  for (const [key, organisationId] of organisations) {
    const member = state.members.get(key);
    if (!member) continue;
    const { incidentId, lastIncidentId, firing, severity, sourceAt, joinedVersion, groupClaim, title } = member;
    const expireAt = incidentId === null ? new Date(Date.now() + REMEMBERED_FOR_MS) : null;
    const $set = {
      organisationId,
      incidentId,
      lastIncidentId,
      firing,
      severity,
      sourceAt,
      joinedVersion,
      groupClaim,
      title,
      expireAt,
    };
    writes.push({ updateOne: { filter: { _id: key }, update: { $set }, upsert: true } });
  }
  if (writes.length > 0) await collections.members.bulkWrite(writes, { session });
}

/** Takes an organisation's next numbers, and gives the first: they rise, without gaps, and none is used twice. */
export async function takeNumbers(
  session: ClientSession,
  { counters }: Collections,
  organisationId: string,
  count: number,
): Promise<number> {
  const counter = await counters.findOneAndUpdate(
    { _id: `incident-number/${organisationId}` },
    { $inc: { value: count } },
    { session, upsert: true, returnDocument: 'after' },
  );
  return (counter?.value ?? count) - count + 1;
}
