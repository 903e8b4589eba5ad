import type { Webhook } from '@tocsin/proto/webhook/v1';
import { z } from 'zod';
import { etagOf } from '../../http/etag.ts';
import { named } from '../../openapi/components.ts';
import { idSchema, instantSchema } from '../fields.ts';
import { instantOf } from '../instants.ts';

export const webhookParams = z.strictObject({ webhookId: idSchema });

export const webhookFields = {
  name: z.string().trim().min(1).max(200),
  url: z
    .url({ protocol: /^https?$/ })
    .max(2_000)
    .describe('https, to no private network unless the operator allowed it.'),
  types: z
    .array(z.string().min(1).max(100))
    .max(50)
    .describe('What it is sent, of the `types` of the list; empty: all.'),
};

export const webhookSchema = named(
  'Webhook',
  z.object({
    id: idSchema,
    name: z.string(),
    url: z.string(),
    types: z.array(z.string()).describe('Empty: all.'),
    enabled: z.boolean(),
    disabledBecause: z
      .enum(['person', 'failing', 'gone'])
      .nullable()
      .describe('Its receiver failed for three days on end, or answered that it is gone (410).'),
    disabledAt: instantSchema.nullable(),
    createdAt: instantSchema,
    createdBy: z.string().describe('The id of the user or key.'),
    failingSince: instantSchema.nullable().describe('Null: what was tried last was taken.'),
    lastDeliveredAt: instantSchema.nullable(),
    pausedUntil: instantSchema.nullable().describe('Its receiver asked to be left alone until then.'),
    oldSecretUntil: instantSchema.nullable().describe('How long messages are signed with the secret before as well.'),
    pending: z.int().describe('Messages that it does not have yet; what is beyond 1,000 is not counted.'),
    failed: z.int().describe('Given up, of the last 30 days; what is beyond 1,000 is not counted.'),
  }),
);

/** The answer that tells a secret. */
export const webhookSecretSchema = named(
  'WebhookSecret',
  z.object({ webhook: webhookSchema, secret: z.string().describe('`whsec_…`, shown this once.') }),
);

export function webhookView(webhook: Webhook): z.input<typeof webhookSchema> {
  const { id, name, url, types, enabled, disabledBecause, createdBy, pending, failed } = webhook;
  return {
    id,
    name,
    url,
    types: [...types],
    enabled,
    disabledBecause: webhookSchema.shape.disabledBecause.parse(disabledBecause || null),
    disabledAt: instantOf(webhook.disabledAt),
    createdAt: instantOf(webhook.createdAt) ?? '',
    createdBy,
    failingSince: instantOf(webhook.failingSince),
    lastDeliveredAt: instantOf(webhook.lastDeliveredAt),
    pausedUntil: instantOf(webhook.pausedUntil),
    oldSecretUntil: instantOf(webhook.oldSecretUntil),
    pending,
    failed,
  };
}

/** A webhook as it is now, with the ETag that its next edit names. */
export function present(webhook: Webhook | undefined) {
  if (!webhook) throw new Error('a webhook was found and not given');
  return { etag: etagOf(webhook.revision), view: webhookView(webhook) };
}
