import { urgencyOf } from '@tocsin/domain';
import { Action, Severity } from '@tocsin/proto/alert/v1';
import type { Alert } from '../core/alert.ts';
import type { AlertRow, EnvelopeRow } from './collections.ts';

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

/** While the process that stored an alert lives, it tells it at once; only after this long does a sweep. */
const FIRST_TELLING_MS = 3_000;

/** An alert as it is stored, waiting to be told. */
export function alertRow(alert: Alert, envelope: EnvelopeRow, now: number): AlertRow {
  const { id, action, severity, sourceAt, ...said } = alert;
  const { organisationId, integrationId, source, teamId, drill } = envelope.sender;
  return {
    _id: id,
    envelopeId: envelope._id,
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
    told: 0,
    tellAt: new Date(now + FIRST_TELLING_MS),
    decided: null,
  };
}
