import { severityRank } from '@tocsin/domain';
import type { ClientSession } from 'mongodb';
import type { FoldDecision, OpenIncident } from '../core/fold.ts';
import { wordsOf } from '../core/title-words.ts';
import type { Collections, IncidentDoc, LogDoc } from '../store/collections.ts';
import { takeNumbers } from './numbers.ts';

export interface Opening {
  opened: OpenIncident[];
  /** Group claim to the incident that holds it, of all that the fold knows. */
  claims: ReadonlyMap<string, string>;
  decisions: FoldDecision[];
  now: Date;
}

/** Writes new incidents with their numbers, the first entries of their logs, and their claims. */
export async function openIncidents(
  session: ClientSession,
  collections: Collections,
  { opened, claims, decisions, now }: Opening,
): Promise<void> {
  const firstAlert = new Map(decisions.toReversed().map((one) => [one.incidentId, one.alertId]));
  const next = new Map<string, number>();
  for (const [organisationId, { length }] of Map.groupBy(opened, (one) => one.organisationId)) {
    next.set(organisationId, await takeNumbers(session, collections, organisationId, length));
  }
  const docs = opened.map((one) => {
    const number = next.get(one.organisationId) ?? 1;
    next.set(one.organisationId, number + 1);
    return incidentDoc(one, number, firstAlert.get(one.id) ?? '', now);
  });
  await collections.incidents.insertMany(docs, { session });
  await collections.log.insertMany(
    opened.map((one) => openedEntry(one, firstAlert.get(one.id) ?? '', now)),
    { session },
  );
  const mine = new Set(opened.map((one) => one.id));
  await collections.claims.bulkWrite(
    [...claims]
      .filter(([, incidentId]) => mine.has(incidentId))
      .map(([_id, incidentId]) => ({
        updateOne: { filter: { _id }, update: { $set: { incidentId } }, upsert: true },
      })),
    { session },
  );
}

function incidentDoc(one: OpenIncident, number: number, firstAlertId: string, now: Date): IncidentDoc {
  const { id, organisationId, severity, title, teamId, policyId, drill, previousIncidentId } = one;
  const { version, members, firing, alerts } = one;
  return {
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
    firstAlertId,
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
    epoch: 0,
    checkedAt: now,
    askedAt: now,
    members,
    firing,
    alerts,
    ownerId: null,
    acknowledgedAt: null,
    round: 0,
    layer: 0,
    logHead: 1,
    closeEntryId: null,
    ...(one.traceparent ? { trace: one.traceparent } : {}),
  };
}

function openedEntry(one: OpenIncident, alert: string, now: Date): LogDoc {
  const { id, organisationId, severity, teamId: team, policyId: policy, routeReason: reason, drill } = one;
  const data = { severity, team, policy, reason, drill, previous: one.previousIncidentId, alert };
  return {
    _id: `${id}/opened`,
    incidentId: id,
    organisationId,
    position: 1,
    kind: 'opened',
    at: now,
    data,
    told: null,
  };
}
