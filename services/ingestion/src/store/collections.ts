import type { Action, Severity } from '@tocsin/proto/alert/v1';
import type { Binary, Collection, Db } from 'mongodb';
import type { Alert } from '../core/alert.ts';
import type { Sender } from '../core/envelope.ts';

/** The raw bytes of one delivery, as they are stored. */
export interface StoredEnvelope {
  sender: Sender;
  receivedAt: Date;
  contentType: string;
  contentEncoding: string;
  body: Binary;
  /** Hash of the sender and its idempotency key, where it gave one. */
  idempotency?: string;
  /** The `traceparent` of the post. */
  trace?: string;
}

/** Envelopes that were stored with one write. The id of one is `<parcel>.<place>`. */
export interface ParcelRow {
  _id: string;
  envelopes: StoredEnvelope[];
  /** Whose envelopes are in it, for who lists them: each organisation, and each `<organisation>/<integration>`, with its alerts so far. */
  senders: { of: string; alerts: number }[];
  /** Every `idempotency` in it: each stands in one parcel only. Absent where there is none. */
  idempotency?: string[];
  /** The place of the first envelope that is not parsed: it moves on with the transaction that stores alerts. */
  next: number;
  /** When the alerts of the last one were stored, in the same transaction. */
  parsed: Date | null;
  /** From when on a sweep may take it up; a lease moves it on. Absent once parsed. */
  parseAt?: Date;
  lease?: string;
  expiresAt?: Date;
}

/** `Alert`, with the facts of its envelope. Written once: what is done about it stands in its telling. */
export interface AlertRow extends Omit<Alert, 'id' | 'action' | 'severity' | 'sourceAt'> {
  _id: string;
  envelopeId: string;
  organisationId: string;
  integrationId: string;
  source: string;
  teamId: string;
  drill: boolean;
  /** The contract's numbers, as the fact carries them. */
  action: Action;
  severity: Severity;
  urgency: 'high' | 'low';
  receivedAt: Date;
  sourceAt: Date | null;
  /** The `traceparent` of the post that brought it. */
  trace?: string;
}

/** Alerts of one parcel and urgency, told together until each is decided. */
export interface TellingRow {
  /** The fact's id: the stream drops a second telling while it still has the first. */
  _id: string;
  parcelId: string;
  urgency: 'high' | 'low';
  alerts: string[];
  /** Those of them that are not decided. */
  open: string[];
  /** How often they were told. */
  told: number;
  /** From when on they are told, or told again. Absent once all are decided: nothing decided is told. */
  tellAt?: Date;
  /** What `incidents` said of them, in groups that were decided alike. */
  decisions: { incidentId: string; notify: boolean; reason: string; at: Date; alerts: string[] }[];
  /** When it goes, and its alerts with it. Absent while one of them is open. */
  purgeAt?: Date;
}

export interface IntegrationRow {
  /** `<organisation>/<id>`. */
  _id: string;
  organisationId: string;
  id: string;
  name: string;
  source: string;
  teamId: string;
  drill: boolean;
  /** SHA-256 of the credential. The credential itself is stored nowhere. */
  keyHash?: string;
  /** The key before the present one, which still opens until then. */
  previousKeyHash?: string;
  previousKeyUntil?: Date;
  disabled: boolean;
  /** Rises with every change; absent in rows of before there were revisions. */
  revision?: number;
}

/** One row of `integrations` counts its changes, so that each replica knows when what it remembers is old. */
export interface IntegrationsVersion {
  _id: '#version';
  version: number;
}

export interface Collections {
  parcels: Collection<ParcelRow>;
  alerts: Collection<AlertRow>;
  tellings: Collection<TellingRow>;
  integrations: Collection<IntegrationRow>;
  integrationsVersion: Collection<IntegrationsVersion>;
}

export function collectionsOf(db: Db): Collections {
  return {
    parcels: db.collection('parcels'),
    alerts: db.collection('alerts'),
    tellings: db.collection('tellings'),
    integrations: db.collection('integrations'),
    integrationsVersion: db.collection('integrations'),
  };
}

/** Newest first: the parcels of an organisation, or of an integration. */
export const LISTED = { 'senders.of': 1, _id: -1 } as const;

const present = (field: string) => ({ [field]: { $exists: true } });

/**
 * One index a query. Alerts have none, and are listed by their parcels: an index costs a storm more than the alert. The partial ones hold only what is still to be
 * done, so that they stay small.
 */
export async function ensureIndexes({ parcels, alerts, tellings, integrations }: Collections): Promise<void> {
  await Promise.all([
    parcels.createIndexes([
      { key: { parseAt: 1 }, partialFilterExpression: present('parseAt') },
      { key: { expiresAt: 1 }, expireAfterSeconds: 0, partialFilterExpression: present('expiresAt') },
      { key: { idempotency: 1 }, unique: true, sparse: true },
      { key: LISTED },
    ]),
    alerts.createIndex({ _id: 1 }),
    tellings.createIndexes([
      { key: { urgency: 1, tellAt: 1 }, partialFilterExpression: present('tellAt') },
      { key: { parcelId: 1 }, partialFilterExpression: present('tellAt') },
      { key: { purgeAt: 1 }, partialFilterExpression: present('purgeAt') },
    ]),
    integrations.createIndexes([
      { key: { organisationId: 1 } },
      // A credential belongs to one enabled integration; a disabled one keeps it, so that its sender hears why.
      {
        key: { keyHash: 1 },
        unique: true,
        partialFilterExpression: { disabled: false, keyHash: { $exists: true } },
      },
      { key: { keyHash: 1, disabled: 1 }, sparse: true },
      { key: { previousKeyHash: 1 }, sparse: true },
    ]),
  ]);
}

/** All indexes of this service, for whoever makes them before it starts. */
export function provisionStore(db: Db): Promise<void> {
  return ensureIndexes(collectionsOf(db));
}
