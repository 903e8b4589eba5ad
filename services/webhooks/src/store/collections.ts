import type { FactRow } from '@tocsin/platform';
import type { Binary, Collection, Db } from 'mongodb';

export type DisabledBecause = 'person' | 'failing' | 'gone';

/** A subscription. What leads to its receiver is sealed. */
export interface WebhookRow {
  _id: string;
  organisationId: string;
  name: string;
  /** Address and secrets: see `sealed.ts`. */
  sealed: Binary;
  /** Empty: all. */
  types: string[];
  enabled: boolean;
  disabledBecause: DisabledBecause | null;
  disabledAt: Date | null;
  /** Counts how often it was enabled: what an earlier one left over is not sent by itself. */
  generation: number;
  /** Facts from this instant on are its. */
  since: Date;
  revision: number;
  createdAt: Date;
  createdBy: string;
  oldSecretUntil: Date | null;
  /** Since when nothing was taken. */
  failingSince: Date | null;
  lastDeliveredAt: Date | null;
  /** Its receiver asked to be left alone until then. */
  pausedUntil: Date | null;
}

export interface AttemptRow {
  at: Date;
  /** Null: there was no answer. */
  status: number | null;
  latencyMs: number;
  reason: string;
}

/** One message for one webhook. */
export interface DeliveryRow {
  /** `<webhook>/<message>`: a fact that comes twice is one message. */
  _id: string;
  webhookId: string;
  messageId: string;
  type: string;
  incidentId: string | null;
  body: string;
  state: 'pending' | 'delivered' | 'failed';
  generation: number;
  createdAt: Date;
  /** Of a pending one, the next attempt; while one is under way, when it counts as lost. */
  dueAt: Date;
  /** Whose attempt is under way. */
  lease: string | null;
  /** Attempts since it was made or replayed. */
  tries: number;
  /** A test: one attempt, and what comes of it says nothing of the webhook. */
  once: boolean;
  /** The newest, oldest first. */
  attempts: AttemptRow[];
}

export interface Collections {
  webhooks: Collection<WebhookRow>;
  deliveries: Collection<DeliveryRow>;
  facts: Collection<FactRow>;
}

export function collectionsOf(db: Db): Collections {
  return {
    webhooks: db.collection('webhooks'),
    deliveries: db.collection('webhookDeliveries'),
    facts: db.collection('webhookFacts'),
  };
}

/** Deliveries are kept so long: what failed can be replayed meanwhile. */
const KEPT_SECONDS = 30 * 24 * 3_600;

/** Serves the next of a webhook that is due. */
export const DUE = { webhookId: 1, generation: 1, dueAt: 1 } as const;
/** Tells whether anything is due at all. */
export const DUE_AT_ALL = { dueAt: 1 } as const;
export const NEWEST = { webhookId: 1, createdAt: -1, _id: -1 } as const;
export const NEWEST_OF_STATE = { webhookId: 1, state: 1, createdAt: -1, _id: -1 } as const;

export async function ensureIndexes({ webhooks, deliveries }: Collections): Promise<void> {
  await webhooks.createIndexes([{ key: { organisationId: 1, createdAt: 1, _id: 1 } }]);
  await deliveries.createIndexes([
    { key: DUE, partialFilterExpression: { state: 'pending' } },
    { key: DUE_AT_ALL, partialFilterExpression: { state: 'pending' } },
    { key: NEWEST },
    { key: NEWEST_OF_STATE },
    { key: { createdAt: 1 }, expireAfterSeconds: KEPT_SECONDS },
  ]);
}

/** All indexes of this service, for whoever makes them before it starts. */
export function provisionStore(db: Db): Promise<void> {
  return ensureIndexes(collectionsOf(db));
}
