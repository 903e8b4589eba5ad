import { InvalidInput, readNewest, timestamp } from '@tocsin/platform';
import type { ListDeliveriesRequest } from '@tocsin/proto/webhook/v1';
import type { Document } from 'mongodb';
import { type Collections, type DeliveryRow, NEWEST, NEWEST_OF_STATE, type WebhookRow } from '../store/collections.ts';
import { findWebhook } from '../subscriptions/change-webhook.ts';

const MOST = 200;
const USUAL = 50;

type Wishes = Pick<ListDeliveriesRequest, 'organisationId' | 'webhookId' | 'deliveryId' | 'state' | 'limit' | 'cursor'>;

/** A webhook's messages, newest first. @throws InvalidInput, NotFound */
export async function listDeliveries(collections: Collections, request: Wishes) {
  const webhook = await findWebhook(collections, request);
  const { deliveryId, state, cursor } = request;
  const { rows, nextCursor } = await readNewest(collections.deliveries, {
    filter: {
      webhookId: webhook._id,
      ...(deliveryId === '' ? {} : { _id: `${webhook._id}/${deliveryId}` }),
      ...stateFilter(state, webhook),
    },
    by: 'createdAt',
    limit: Math.min(Math.max(request.limit || USUAL, 1), MOST),
    cursor,
    hint: deliveryId !== '' ? { _id: 1 } : state === '' ? NEWEST : NEWEST_OF_STATE,
  });
  return { deliveries: rows.map((row) => deliveryView(row, webhook)), nextCursor };
}

export function deliveryView(row: DeliveryRow, webhook: WebhookRow) {
  const { webhookId, messageId: id, type, incidentId, createdAt, dueAt, attempts, body } = row;
  const state = isStopped(row, webhook) ? 'stopped' : row.state;
  return {
    id,
    webhookId,
    type,
    incidentId: incidentId ?? '',
    state,
    createdAt: timestamp(createdAt.getTime()),
    ...(state === 'pending' ? { nextAt: timestamp(dueAt.getTime()) } : {}),
    attempts: attempts.map(({ at, status, latencyMs, reason }) => ({
      at: timestamp(at.getTime()),
      status: status ?? 0,
      latencyMs,
      reason,
    })),
    body,
  };
}

/** What waited when its webhook was disabled is sent no more by itself. */
function isStopped({ state, generation }: DeliveryRow, webhook: WebhookRow): boolean {
  return state === 'pending' && (!webhook.enabled || generation !== webhook.generation);
}

function stateFilter(state: string, { enabled, generation }: WebhookRow): Document {
  switch (state) {
    case '':
      return {};
    case 'delivered':
    case 'failed':
      return { state };
    case 'pending':
      return { state: 'pending', generation: enabled ? generation : { $in: [] } };
    case 'stopped':
      return { state: 'pending', ...(enabled ? { generation: { $ne: generation } } : {}) };
    default:
      throw new InvalidInput('is pending, delivered, failed or stopped', { code: 'state-unknown', field: 'state' });
  }
}
