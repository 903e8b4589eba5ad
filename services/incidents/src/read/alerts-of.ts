import { InvalidInput, readNewest, timestamp } from '@tocsin/platform';
import type { AlertsOfRequest, DecisionsOfRequest } from '@tocsin/proto/incident/v1';
import { type Collections, type DecisionDoc, LISTED } from '../store/collections.ts';
import { findIncident } from './find-incident.ts';

const ALERTS_AT_ONCE = 500;

/** The alerts that were folded into an incident, newest first, each with what was decided on it. Throws `NotFound`. */
export async function alertsOf(
  collections: Collections,
  request: Pick<AlertsOfRequest, 'organisationId' | 'incident' | 'limit' | 'cursor'>,
) {
  const { _id: incidentId } = await findIncident(collections, request.organisationId, request.incident);
  const { rows, nextCursor } = await readNewest(collections.decisions, {
    filter: { incidentId },
    by: 'at',
    limit: Math.min(Math.max(request.limit || 100, 1), 500),
    cursor: request.cursor,
    hint: LISTED.decisions,
  });
  return { decisions: rows.map(decisionFrom), nextCursor };
}

/** What was decided on alerts of an organisation, of those that were decided. Throws `InvalidInput` for more than 500. */
export async function decisionsOf(
  { decisions }: Collections,
  { organisationId, alertIds }: Pick<DecisionsOfRequest, 'organisationId' | 'alertIds'>,
) {
  if (alertIds.length > ALERTS_AT_ONCE) {
    throw new InvalidInput(`at most ${ALERTS_AT_ONCE} alerts at once`, { code: 'too-many', field: 'alert_ids' });
  }
  const rows = await decisions.find({ _id: { $in: alertIds }, organisationId }).toArray();
  return { decisions: rows.map(decisionFrom) };
}

function decisionFrom({ _id: alertId, incidentId, notify, reason, at }: DecisionDoc) {
  return { alertId, incidentId, notify, reason, at: timestamp(at.getTime()) };
}
