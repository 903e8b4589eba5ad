import type { Severity } from '@tocsin/domain';
import { severityRank } from '@tocsin/domain';
import { crashPoint, inTransaction, NotFound, newId } from '@tocsin/platform';
import type { ClientSession, MongoClient } from 'mongodb';
import { wordsOf } from '../core/title-words.ts';
import { takeNumbers } from '../intake/numbers.ts';
import { appendIn } from '../log/append.ts';
import type { Collections, IncidentDoc, MemberDoc } from '../store/collections.ts';

export interface CloseWish {
  incidentId: string;
  /** The newest version that whoever closes has heard of. */
  version: number;
  /** "source", or a person's id. */
  by: string;
  /** Only the source said so: anything newer that fires refuses the close. */
  sourceOnly: boolean;
  entryId: string;
  at: Date;
}

export type CloseResult =
  | { closed: true }
  | { closed: false; version: number; members: number; firing: number; severity: Severity };

const MEMBERS_KEPT_MS = 24 * 3_600_000;

/**
 * Closes an incident in one transaction. Members that came after what the closer heard of go to a next incident, linked to
 * this one, with their claims; where only the source had said that it is over, they refuse the close instead.
 */
export async function closeIncident(
  client: MongoClient,
  collections: Collections,
  wish: CloseWish,
): Promise<CloseResult> {
  const result = await inTransaction(client, (session) => closeIn(session, collections, wish));
  await crashPoint('incidents.closed');
  return result;
}

async function closeIn(session: ClientSession, collections: Collections, wish: CloseWish): Promise<CloseResult> {
  const { incidentId, version } = wish;
  const incident = await collections.incidents.findOne({ _id: incidentId }, { session });
  if (!incident) throw new NotFound('there is no such incident', { code: 'incident-unknown', field: 'incident_id' });
  if (incident.status === 'closed') return { closed: true };
  if (wish.sourceOnly && (incident.version > version || incident.firing > 0)) {
    const { members, firing, severity, sourceSeverity = severity } = incident;
    return { closed: false, version: incident.version, members, firing, severity: sourceSeverity };
  }
  const members = await collections.members.find({ incidentId }, { session }).toArray();
  const newer = members.filter((one) => one.firing && one.joinedVersion > version);
  await appendIn(session, collections, incidentId, [
    { id: wish.entryId, kind: 'closed', at: wish.at, data: { by: wish.by, version, moved: newer.length } },
  ]);
  await collections.incidents.updateOne(
    { _id: incidentId },
    { $set: { status: 'closed', closedAt: wish.at, untold: false, closeEntryId: wish.entryId } },
    { session },
  );
  await collections.claims.deleteMany({ incidentId }, { session });
  await collections.members.updateMany(
    { incidentId, _id: { $nin: newer.map((one) => one._id) } },
    { $set: { incidentId: null, firing: false, expireAt: new Date(Date.now() + MEMBERS_KEPT_MS) } },
    { session },
  );
  if (newer.length > 0) await moveToNext(session, collections, incident, newer);
  return { closed: true };
}

async function moveToNext(
  session: ClientSession,
  collections: Collections,
  last: IncidentDoc,
  members: MemberDoc[],
): Promise<void> {
  const id = newId();
  const now = new Date();
  const number = await takeNumbers(session, collections, last.organisationId, 1);
  const worst = members.reduce((a, b) => (severityRank(b.severity) < severityRank(a.severity) ? b : a));
  const title = worst.title || last.title;
  await collections.incidents.insertOne(
    {
      ...last,
      _id: id,
      number: `INC-${number}`,
      status: 'open',
      severity: worst.severity,
      sourceSeverity: worst.severity,
      word: null,
      rank: severityRank(worst.severity),
      title,
      titleWords: wordsOf(title),
      openedAt: now,
      closedAt: null,
      previousIncidentId: last._id,
      version: 1,
      toldVersion: 0,
      untold: true,
      nextTellAt: now,
      tries: 0,
      epoch: 0,
      checkedAt: now,
      askedAt: now,
      members: members.length,
      firing: members.length,
      alerts: members.length,
      ownerId: null,
      acknowledgedAt: null,
      round: 0,
      layer: 0,
      logHead: 0,
      closeEntryId: null,
    },
    { session },
  );
  await appendIn(session, collections, id, [
    {
      id: `${id}/opened`,
      kind: 'opened',
      at: now,
      data: {
        severity: worst.severity,
        team: last.teamId,
        policy: last.policyId,
        reason: 'newer-than-the-close',
        drill: last.drill,
        previous: last._id,
      },
    },
  ]);
  await collections.members.updateMany(
    { _id: { $in: members.map((one) => one._id) } },
    { $set: { incidentId: id, lastIncidentId: id, joinedVersion: 1 } },
    { session },
  );
  for (const _id of new Set(members.map((one) => one.groupClaim))) {
    await collections.claims.updateOne({ _id }, { $set: { incidentId: id } }, { session, upsert: true });
  }
}
