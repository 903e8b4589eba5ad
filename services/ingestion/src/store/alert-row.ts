import { urgencyOf } from '@tocsin/domain';
import { Action, Severity } from '@tocsin/proto/alert/v1';
import type { Alert } from '../core/alert.ts';
import type { AlertRow } from './collections.ts';
import type { EnvelopeOfRow } from './parcel.ts';

const ACTIONS = {
  trigger: Action.TRIGGER,
  acknowledge: Action.ACKNOWLEDGE,
  resolve: Action.RESOLVE,
  update: Action.UPDATE,
} as const;

const SEVERITIES = {
  critical: Severity.CRITICAL,
  high: Severity.HIGH,
  medium: Severity.MEDIUM,
  low: Severity.LOW,
  info: Severity.INFO,
} as const;

/** An alert as it is stored. */
export function alertRow(alert: Alert, envelope: EnvelopeOfRow): AlertRow {
  const { id, action, severity, sourceAt, ...said } = alert;
  const { organisationId, integrationId, source, teamId, drill } = envelope.sender;
  return {
    _id: id,
    envelopeId: envelope.id,
    organisationId,
    integrationId,
    source,
    teamId,
    drill,
    ...said,
    action: ACTIONS[action],
    severity: SEVERITIES[severity],
    urgency: urgencyOf(severity),
    receivedAt: envelope.receivedAt,
    sourceAt: sourceAt === undefined ? null : new Date(sourceAt),
    ...(envelope.trace ? { trace: envelope.trace } : {}),
  };
}
