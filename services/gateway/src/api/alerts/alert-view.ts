import { Action, type Alert, Severity } from '@tocsin/proto/alert/v1';
import { z } from 'zod';
import { named } from '../../openapi/components.ts';
import { instantSchema } from '../fields.ts';
import { severitySchema } from '../incidents/fields.ts';
import { instantOf } from '../instants.ts';

const decisionSchema = z.object({
  incidentId: z.string().nullable().describe('Null where it belongs to none.'),
  notify: z.boolean(),
  reason: z.string().describe('Why it did or did not notify.'),
  at: instantSchema.nullable(),
});

/** What a list says of an alert. */
export const alertSummarySchema = named(
  'AlertSummary',
  z.object({
    id: z.string(),
    integrationId: z.string(),
    source: z.string(),
    action: z.enum(['trigger', 'acknowledge', 'resolve', 'update']),
    severity: severitySchema,
    title: z.string(),
    dedupKey: z.string(),
    groupKey: z.string(),
    receivedAt: instantSchema,
    sourceAt: instantSchema.nullable(),
    drill: z.boolean(),
    malformed: z.boolean().describe('Raised from bytes that could not be read.'),
    reasons: z.array(z.string()).describe('Why it was read so.'),
    decision: decisionSchema.nullable().describe('Null: not decided yet.'),
  }),
);

export function alertSummaryView(alert: Alert): z.input<typeof alertSummarySchema> {
  const { id, integrationId, source, title, dedupKey, groupKey, drill, malformed } = alert;
  return {
    id,
    integrationId,
    source,
    action: wordOf(Action[alert.action]) as 'trigger',
    severity: severitySchema.parse(wordOf(Severity[alert.severity])),
    title,
    dedupKey,
    groupKey,
    receivedAt: instantOf(alert.receivedAt) ?? '',
    sourceAt: instantOf(alert.sourceAt),
    drill,
    malformed,
    reasons: [...alert.reasons],
    decision: decisionOf(alert),
  };
}

function decisionOf({ decision, decidedAt }: Alert): z.input<typeof decisionSchema> | null {
  if (!decision) return null;
  const { incidentId, notify, reason } = decision;
  return { incidentId: incidentId || null, notify, reason, at: instantOf(decidedAt) };
}

function wordOf(name: string | undefined): string {
  return (name ?? '').toLowerCase();
}
