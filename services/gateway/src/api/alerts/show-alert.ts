import { createClient, services } from '@tocsin/platform';
import type { Envelope } from '@tocsin/proto/alert/v1';
import { z } from 'zod';
import { named } from '../../openapi/components.ts';
import { defineOperation } from '../../operations/operation.ts';
import { instantSchema } from '../fields.ts';
import { instantOf } from '../instants.ts';
import { alertSummarySchema, alertSummaryView } from './alert-view.ts';

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
  alertSummarySchema.extend({
    link: z.string(),
    entities: z.array(z.string()),
    techniques: z.array(z.string()).describe('ATT&CK ids.'),
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
      body: {
        ...alertSummaryView(alert),
        link: alert.link,
        entities: [...alert.entities],
        techniques: [...alert.techniques],
        envelope: envelope ? envelopeView(envelope) : null,
      },
    };
  },
});

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
