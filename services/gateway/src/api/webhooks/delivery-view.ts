import type { Delivery } from '@tocsin/proto/webhook/v1';
import { z } from 'zod';
import { named } from '../../openapi/components.ts';
import { idSchema, instantSchema } from '../fields.ts';
import { instantOf } from '../instants.ts';

export const deliveryIdSchema = z.string().regex(/^msg_[\w-]{24}$/);
export const deliveryParams = z.strictObject({ webhookId: idSchema, deliveryId: deliveryIdSchema });

export const deliveryStateSchema = z
  .enum(['pending', 'delivered', 'failed', 'stopped'])
  .describe('`failed`: given up; `stopped`: its webhook was disabled before its receiver had it.');

export const deliverySchema = named(
  'WebhookDelivery',
  z.object({
    id: deliveryIdSchema.describe('`webhook-id`: the same in each attempt and replay.'),
    type: z.string(),
    incidentId: z.string().nullable(),
    state: deliveryStateSchema,
    createdAt: instantSchema,
    nextAt: instantSchema.nullable().describe('Of a pending one: when it is tried next.'),
    attempts: z
      .array(
        z.object({
          at: instantSchema,
          status: z.int().nullable().describe('Null: there was no answer.'),
          latencyMs: z.int(),
          reason: z.string().describe('Such as `taken`, `refused`, `timeout`, `address-not-allowed`.'),
        }),
      )
      .describe('The newest 20, oldest first.'),
    body: z.string().describe('As it is sent.'),
  }),
);

export function deliveryView(delivery: Delivery): z.input<typeof deliverySchema> {
  const { id, type, incidentId, state, createdAt, nextAt, attempts, body } = delivery;
  return {
    id,
    type,
    incidentId: incidentId || null,
    state: deliveryStateSchema.parse(state),
    createdAt: instantOf(createdAt) ?? '',
    nextAt: instantOf(nextAt),
    attempts: attempts.map(({ at, status, latencyMs, reason }) => ({
      at: instantOf(at) ?? '',
      status: status || null,
      latencyMs,
      reason,
    })),
    body,
  };
}
