import { timestamp } from '@tocsin/platform';
import type { AlertRow, TellingRow } from '../store/collections.ts';

/** What was decided on one alert, and when. */
export type Decided = Omit<TellingRow['decisions'][number], 'alerts'>;

/** An alert as contracts say it, without what only one that is looked at by itself needs. */
export function alertFrom(row: AlertRow, decided: Decided | undefined) {
  const { _id, envelopeId, organisationId, integrationId, source, action, severity, title } = row;
  const { dedupKey, groupKey, drill, malformed, reasons, receivedAt, sourceAt } = row;
  return {
    id: _id,
    envelopeId,
    organisationId,
    integrationId,
    source,
    action,
    severity,
    title,
    dedupKey,
    groupKey,
    receivedAt: timestamp(receivedAt.getTime()),
    ...(sourceAt ? { sourceAt: timestamp(sourceAt.getTime()) } : {}),
    drill,
    malformed,
    reasons,
    ...(decided ? decisionFrom(_id, decided) : {}),
  };
}

function decisionFrom(alertId: string, { incidentId, notify, reason, at }: Decided) {
  return { decision: { alertId, incidentId, notify, reason }, decidedAt: timestamp(at.getTime()) };
}
