import { severityGiven, severityRank } from '@tocsin/domain';
import type { AnyBulkWriteOperation, ClientSession } from 'mongodb';
import type { FoldAlert, FoldDecision, FoldState, Member, OpenIncident } from '../core/fold.ts';
import { memberKey } from '../core/fold.ts';
import { wordsOf } from '../core/title-words.ts';
import type { Collections, IncidentDoc, MemberDoc } from '../store/collections.ts';
import { storeDecisions } from './decided.ts';
import type { Known } from './load-state.ts';
import { openIncidents } from './open-incidents.ts';

export interface Folded {
  state: FoldState;
  /** As it was before. */
  known: Known;
  fresh: FoldAlert[];
  decisions: FoldDecision[];
}

/** Writes what a fold changed, and nothing else: one write an incident, none for a member that only repeats itself. */
export async function saveState(session: ClientSession, collections: Collections, folded: Folded): Promise<void> {
  const { state, known, fresh, decisions } = folded;
  const now = new Date();
  const incidents = [...state.incidents.values()];
  const opened = incidents.filter((one) => one.isNew);
  if (opened.length > 0) await openIncidents(session, collections, { opened, claims: state.claims, decisions, now });
  const changed = incidents.flatMap((one) => {
    const before = known.incidents.get(one.id);
    return before && hasChanged(before, one) ? [incidentUpdate(before, one)] : [];
  });
  if (changed.length > 0) await collections.incidents.bulkWrite(changed, { session });
  await saveMembers(session, collections, state, known, fresh);
  const organisations = new Map(fresh.map((alert) => [alert.alertId, alert.organisationId]));
  await storeDecisions(session, collections, decisions, (alertId) => organisations.get(alertId) ?? '', now);
}

/** Every alert of an incident raises its count, so two folds of one incident collide, whatever else they change. */
function incidentUpdate(before: OpenIncident, now: OpenIncident): AnyBulkWriteOperation<IncidentDoc> {
  const { id, version, members, firing, alerts, title, severity: sourceSeverity } = now;
  const news = version > before.version;
  const severity = severityGiven(sourceSeverity, now.word);
  const $set = {
    version,
    members,
    firing,
    alerts,
    severity,
    sourceSeverity,
    rank: severityRank(severity),
    title,
    // A storm only repeats the title.
    ...(title === before.title ? {} : { titleWords: wordsOf(title) }),
    ...(news ? { untold: true } : {}),
  };
  return { updateOne: { filter: { _id: id }, update: { $set } } };
}

const REMEMBERED_FOR_MS = 24 * 3_600_000;

async function saveMembers(
  session: ClientSession,
  collections: Collections,
  state: FoldState,
  known: Known,
  fresh: FoldAlert[],
): Promise<void> {
  const organisations = new Map(fresh.map((alert) => [memberKey(alert), alert.organisationId]));
  const writes: AnyBulkWriteOperation<MemberDoc>[] = [];
  for (const [key, organisationId] of organisations) {
    const member = state.members.get(key);
    const before = known.members.get(key);
    if (member && !(before && !hasChanged(before, member))) writes.push(memberWrite(key, organisationId, member));
  }
  if (writes.length > 0) await collections.members.bulkWrite(writes, { session });
}

function memberWrite(key: string, organisationId: string, member: Member): AnyBulkWriteOperation<MemberDoc> {
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
  return { updateOne: { filter: { _id: key }, update: { $set }, upsert: true } };
}

/** Flat records: their values are compared. */
function hasChanged<T extends object>(before: T, now: T): boolean {
  return (Object.keys(now) as (keyof T)[]).some((field) => before[field] !== now[field]);
}
