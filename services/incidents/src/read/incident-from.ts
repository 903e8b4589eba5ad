import { timestamp } from '@tocsin/platform';
import type { IncidentDoc } from '../store/collections.ts';

/** An incident as contracts say it, without its log. */
export function incidentFrom(doc: IncidentDoc) {
  const { organisationId, number, status, severity, title, teamId, policyId, drill, members, firing } = doc;
  return {
    id: doc._id,
    organisationId,
    number,
    status,
    severity,
    sourceSeverity: doc.sourceSeverity ?? severity,
    severitySetByPersonId: doc.word?.severity === severity ? doc.word.personId : '',
    title,
    teamId,
    policyId,
    drill,
    members,
    firing,
    ownerPersonId: doc.ownerId ?? '',
    version: BigInt(doc.version),
    toldVersion: BigInt(doc.toldVersion),
    previousIncidentId: doc.previousIncidentId ?? '',
    openedAt: timestamp(doc.openedAt.getTime()),
    ...(doc.closedAt ? { closedAt: timestamp(doc.closedAt.getTime()) } : {}),
    ...(doc.acknowledgedAt ? { acknowledgedAt: timestamp(doc.acknowledgedAt.getTime()) } : {}),
    alerts: BigInt(doc.alerts),
    logHead: BigInt(doc.logHead),
  };
}
