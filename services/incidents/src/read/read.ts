import { timestamp } from '@tocsin/platform';
import { loggedFrom } from '../log/log-facts.ts';
import type { Collections, IncidentDoc } from '../store/collections.ts';
import { findIncident } from './find-incident.ts';

export async function getIncident(
  collections: Collections,
  request: { organisationId: string; incident: string; withLog: boolean },
) {
  const incident = await findIncident(collections, request.organisationId, request.incident);
  const entries = request.withLog
    ? await collections.log.find({ incidentId: incident._id }).sort({ position: 1 }).toArray()
    : [];
  return { ...incidentFrom(incident), log: entries.map(loggedFrom) };
}

/** Newest first. */
export async function listIncidents(
  collections: Collections,
  request: { organisationId: string; openOnly: boolean; limit: number },
) {
  const { organisationId, openOnly } = request;
  const limit = Math.min(Math.max(request.limit || 100, 1), 500);
  const found = await collections.incidents
    .find({ organisationId, ...(openOnly ? { closedAt: null } : {}) })
    .sort({ openedAt: -1, _id: -1 })
    .limit(limit)
    .toArray();
  return { incidents: found.map(incidentFrom) };
}

function incidentFrom(doc: IncidentDoc) {
  const { organisationId, number, status, severity, title, teamId, drill, members, firing } = doc;
  return {
    id: doc._id,
    organisationId,
    number,
    status,
    severity,
    title,
    teamId,
    drill,
    members,
    firing,
    ownerPersonId: doc.ownerId ?? '',
    version: BigInt(doc.version),
    toldVersion: BigInt(doc.toldVersion),
    previousIncidentId: doc.previousIncidentId ?? '',
    openedAt: timestamp(doc.openedAt.getTime()),
    ...(doc.closedAt ? { closedAt: timestamp(doc.closedAt.getTime()) } : {}),
    alerts: BigInt(doc.alerts),
  };
}
