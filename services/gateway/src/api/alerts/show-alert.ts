import { createClient, services } from '@tocsin/platform';
import { Action, type Alert, type Envelope, Severity } from '@tocsin/proto/alert/v1';
import { z } from 'zod';
import { named } from '../../openapi/components.ts';
import { defineOperation } from '../../operations/operation.ts';
import { instantSchema } from '../fields.ts';
import { severitySchema } from '../incidents/fields.ts';
import { instantOf } from '../instants.ts';

const decisionSchema = z.object({
  incidentId: z.string().nullable().describe('Null where it belongs to none.'),
  notify: z.boolean(),
  reason: z.string().describe('Why it did or did not notify.'),
  at: instantSchema.nullable(),
});

const envelopeSchema = named(
  'Envelope',
  z.object({
    id: z.string(),
    receivedAt: instantSchema,
    parsedAt: instantSchema.nullable(),
    headers: z.record(z.string(), z.string()),
    encoding: z.enum(['utf8', 'base64']).describe('Of `body`: text where the bytes are text.'),
    body: z.string().describe('The bytes as they came, at most the first 256 KiB.'),
    bodyBytes: z.int().describe('Of the whole body.'),
    truncated: z.boolean(),
  }),
);

const alertSchema = named(
  'Alert',
  z.object({
    id: z.string(),
    integrationId: z.string(),
    source: z.string(),
    action: z.enum(['trigger', 'acknowledge', 'resolve', 'update']),
    severity: severitySchema,
    title: z.string(),
    link: z.string(),
    entities: z.array(z.string()),
    techniques: z.array(z.string()).describe('ATT&CK ids.'),
    dedupKey: z.string(),
    groupKey: z.string(),
    receivedAt: instantSchema,
    sourceAt: instantSchema.nullable(),
    drill: z.boolean(),
    malformed: z.boolean().describe('Raised from bytes that could not be read.'),
    reasons: z.array(z.string()).describe('Why it was read so.'),
    decision: decisionSchema.nullable().describe('Null: not decided yet.'),
    envelope: envelopeSchema.nullable().describe('Null where it is kept no longer.'),
  }),
);

export const showAlert = defineOperation({
  id: 'alerts.show',
  method: 'GET',
  path: '/alerts/{alertId}',
  summary: 'An alert: what it says, the bytes it was read from, and why it did or did not page',
  role: 'observer',
  params: z.strictObject({ alertId: z.string().regex(/^[\w.-]{1,100}$/) }),
  responses: { 200: { description: 'As it was stored.', body: alertSchema } },
  async handle({ principal: { organisationId }, params: { alertId } }, { nc }) {
    const asked = { organisationId, alertId, withEnvelope: true };
    const { alert, envelope } = await createClient(nc, services.alerts).get(asked);
    if (!alert) throw new Error('an alert was found and not given');
    return {
      status: 200,
      body: { ...alertView(alert), decision: decisionOf(alert), envelope: envelope ? envelopeView(envelope) : null },
    };
  },
});

function alertView(alert: Alert) {
  const { id, integrationId, source, title, link, dedupKey, groupKey, drill, malformed } = alert;
  return {
    id,
    integrationId,
    source,
    action: wordOf(Action[alert.action]) as 'trigger',
    severity: severitySchema.parse(wordOf(Severity[alert.severity])),
    title,
    link,
    entities: [...alert.entities],
    techniques: [...alert.techniques],
    dedupKey,
    groupKey,
    receivedAt: instantOf(alert.receivedAt) ?? '',
    sourceAt: instantOf(alert.sourceAt),
    drill,
    malformed,
    reasons: [...alert.reasons],
  };
}

function decisionOf({ decision, decidedAt }: Alert): z.input<typeof decisionSchema> | null {
  if (!decision) return null;
  const { incidentId, notify, reason } = decision;
  return { incidentId: incidentId || null, notify, reason, at: instantOf(decidedAt) };
}

function envelopeView(envelope: Envelope): z.input<typeof envelopeSchema> {
  const { id, headers, truncated, body } = envelope;
  const bytes = Buffer.from(body);
  const text = textIn(bytes, truncated);
  return {
    id,
    receivedAt: instantOf(envelope.receivedAt) ?? '',
    parsedAt: instantOf(envelope.parsedAt),
    headers,
    ...(text === undefined
      ? { encoding: 'base64' as const, body: bytes.toString('base64') }
      : { encoding: 'utf8' as const, body: text }),
    bodyBytes: Number(envelope.bodyBytes),
    truncated,
  };
}

/** The bytes as text where they are; what was cut off may end inside a character. */
function textIn(bytes: Buffer, truncated: boolean): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: truncated });
  } catch {
    return undefined;
  }
}

function wordOf(name: string | undefined): string {
  return (name ?? '').toLowerCase();
}
