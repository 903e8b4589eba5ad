import { timestamp } from '@tocsin/platform';
import type { AlertRow } from '../store/collections.ts';

/** An alert as contracts say it, without what only one that is looked at by itself needs. */
export function alertFrom(row: AlertRow) {
  const { _id, envelopeId, organisationId, integrationId, source, action, severity, title } = row;
  const { dedupKey, groupKey, drill, malformed, reasons, receivedAt, sourceAt, decision, decided } = row;
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
    ...(decision ? { decision: { alertId: _id, ...decision } } : {}),
    ...(decided ? { decidedAt: timestamp(decided.getTime()) } : {}),
  };
}
