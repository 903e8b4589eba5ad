import { InvalidInput, timestamp } from '@tocsin/platform';
import type { AlertsOfRequest, DecisionsOfRequest } from '@tocsin/proto/incident/v1';
import { type Collections, type DecisionDoc, LISTED } from '../store/collections.ts';
import { findIncident } from './find-incident.ts';

const ALERTS_AT_ONCE = 500;

/** Where a page ended: so many alerts of this document were given. */
interface Place {
  at: Date;
  id: string;
  given: number;
}

/** The alerts that were folded into an incident, newest first, each with what was decided on it. Throws `NotFound`. */
export async function alertsOf(
  collections: Collections,
  request: Pick<AlertsOfRequest, 'organisationId' | 'incident' | 'limit' | 'cursor'>,
) {
  const { _id: incidentId } = await findIncident(collections, request.organisationId, request.incident);
  const limit = Math.min(Math.max(request.limit || 100, 1), 500);
  const from = parseCursor(request.cursor);
  const after = from ? { at: { $lte: from.at }, $or: [{ at: { $lt: from.at } }, { _id: { $lte: from.id } }] } : {};
  const docs = await collections.decisions
    .find({ incidentId, ...after }, { hint: LISTED.decisions })
    .sort({ at: -1, _id: -1 })
    // Each has one alert at least; the first may have been given whole.
    .limit(limit + 2)
    .toArray();
  const all = docs.flatMap((doc) => {
    const given = doc._id === from?.id ? from.given : 0;
    return [...doc.alerts.entries()].slice(given).map(([place, alertId]) => ({ doc, alertId, place }));
  });
  const shown = all.slice(0, limit);
  const last = shown.at(-1);
  const nextCursor =
    last && all.length > limit ? cursorOf({ at: last.doc.at, id: last.doc._id, given: last.place + 1 }) : '';
  return { decisions: shown.map(({ doc, alertId }) => decisionFrom(alertId, doc)), nextCursor };
}

/** What was decided on alerts of an organisation, of those that were decided. Throws `InvalidInput` for more than 500. */
export async function decisionsOf(
  { decisions }: Collections,
  { organisationId, alertIds }: Pick<DecisionsOfRequest, 'organisationId' | 'alertIds'>,
) {
  if (alertIds.length > ALERTS_AT_ONCE) {
    throw new InvalidInput(`at most ${ALERTS_AT_ONCE} alerts at once`, { code: 'too-many', field: 'alert_ids' });
  }
  const wanted = new Set(alertIds);
  const docs = await decisions.find({ alerts: { $in: alertIds }, organisationId }).toArray();
  return {
    decisions: docs.flatMap((doc) =>
      doc.alerts.filter((alertId) => wanted.has(alertId)).map((alertId) => decisionFrom(alertId, doc)),
    ),
  };
}

function decisionFrom(alertId: string, { incidentId, notify, reason, at }: DecisionDoc) {
  return { alertId, incidentId, notify, reason, at: timestamp(at.getTime()) };
}

function cursorOf({ at, id, given }: Place): string {
  return Buffer.from(JSON.stringify([at.getTime(), id, given])).toString('base64url');
}

function parseCursor(cursor: string): Place | null {
  if (cursor === '') return null;
  try {
    const [at, id, given] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown[];
    if (Number.isSafeInteger(at) && typeof id === 'string' && Number.isSafeInteger(given))
      return { at: new Date(at as number), id, given: given as number };
  } catch {}
  throw new InvalidInput('is not a cursor that was given out', { code: 'cursor-invalid', field: 'cursor' });
}
