import type { ClientSession } from 'mongodb';
import { claimKey, type FoldAlert, type FoldState, type Member, memberKey, type OpenIncident } from '../core/fold.ts';
import type { Collections } from '../store/collections.ts';

/** Members and incidents as they were before a fold, by key and id. */
export interface Known {
  members: ReadonlyMap<string, Member>;
  incidents: ReadonlyMap<string, OpenIncident>;
}

/** What is open of these alerts' members and claims as the transaction sees it, to be folded into, and as it was. */
export async function loadState(
  session: ClientSession,
  collections: Collections,
  alerts: FoldAlert[],
): Promise<{ state: FoldState; known: Known }> {
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
  const incidents =
    incidentIds.size === 0
      ? []
      : await collections.incidents
          .find({ _id: { $in: [...incidentIds] }, status: { $ne: 'closed' } }, { session })
          .toArray();
  const state: FoldState = {
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
  return { state, known: { members: copied(state.members), incidents: copied(state.incidents) } };
}

function copied<T extends object>(all: ReadonlyMap<string, T>): Map<string, T> {
  return new Map([...all].map(([key, one]) => [key, { ...one }]));
}
