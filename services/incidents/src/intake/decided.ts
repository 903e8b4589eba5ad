import { newId } from '@tocsin/platform';
import type { ClientSession } from 'mongodb';
import type { FoldDecision } from '../core/fold.ts';
import type { Collections, DecisionDoc } from '../store/collections.ts';

/** What was decided on some of these alerts before, by alert. */
export async function decidedBefore(
  { decisions }: Collections,
  alertIds: string[],
): Promise<Map<string, FoldDecision>> {
  const wanted = new Set(alertIds);
  const found = await decisions.find({ alerts: { $in: alertIds } }).toArray();
  return new Map(
    found.flatMap(({ alerts, incidentId, notify, reason }) =>
      alerts
        .filter((alertId) => wanted.has(alertId))
        .map((alertId) => [alertId, { alertId, incidentId, notify, reason }] as const),
    ),
  );
}

/**
 * Stores decisions, those that are alike in one document: in a storm hundreds of repeats are one write. Fails with a duplicate key
 * where one of the alerts was decided on meanwhile.
 */
export async function storeDecisions(
  session: ClientSession,
  { decisions }: Collections,
  made: FoldDecision[],
  organisationOf: (alertId: string) => string,
  at: Date,
): Promise<void> {
  const alike = new Map<string, DecisionDoc>();
  for (const { alertId, incidentId, notify, reason } of made) {
    const organisationId = organisationOf(alertId);
    const key = JSON.stringify([organisationId, incidentId, notify, reason]);
    const doc = alike.get(key);
    if (doc) doc.alerts.push(alertId);
    else alike.set(key, { _id: newId(), organisationId, alerts: [alertId], incidentId, notify, reason, at });
  }
  await decisions.insertMany([...alike.values()], { session });
}
