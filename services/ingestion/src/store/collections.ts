import type { Action, Severity } from '@tocsin/proto/alert/v1';
import type { Binary, Collection, Db } from 'mongodb';
import type { Alert } from '../core/alert.ts';
import type { Sender } from '../core/envelope.ts';

export interface EnvelopeRow {
  _id: string;
  sender: Sender;
  receivedAt: Date;
  contentType: string;
  contentEncoding: string;
  body: Binary;
  /** When its alerts were stored, in the same transaction. */
  parsed: Date | null;
  /** From when on a sweep may take it up; a lease moves it on. Absent once parsed. */
  parseAt?: Date;
  lease?: string;
  expiresAt?: Date;
}

/** `Alert`, with the facts of its envelope, and what was done about it. */
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
  /** How often the fact was told. */
  told: number;
  /** From when on it is told, or told again. Absent once decided: nothing decided is told. */
  tellAt?: Date;
  decided: Date | null;
  decision?: { incidentId: string; notify: boolean; reason: string };
  expiresAt?: Date;
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
  envelopes: Collection<EnvelopeRow>;
  alerts: Collection<AlertRow>;
  integrations: Collection<IntegrationRow>;
  integrationsVersion: Collection<IntegrationsVersion>;
}

export function collectionsOf(db: Db): Collections {
  return {
    envelopes: db.collection('envelopes'),
    alerts: db.collection('alerts'),
    integrations: db.collection('integrations'),
    integrationsVersion: db.collection('integrations'),
  };
}

/** Newest first: an organisation's alerts, and one integration's. */
export const LISTED = {
  all: { organisationId: 1, receivedAt: -1, _id: -1 },
  ofIntegration: { organisationId: 1, integrationId: 1, receivedAt: -1, _id: -1 },
} as const;

const present = (field: string) => ({ [field]: { $exists: true } });

/** One index a query. The partial ones hold only what is still to be done, so that they stay small. */
export async function ensureIndexes(collections: Collections): Promise<void> {
  await Promise.all([
    collections.envelopes.createIndexes([
      { key: { parseAt: 1 }, partialFilterExpression: present('parseAt') },
      { key: { expiresAt: 1 }, expireAfterSeconds: 0 },
    ]),
    collections.alerts.createIndexes([
      { key: { urgency: 1, tellAt: 1 }, partialFilterExpression: present('tellAt') },
      { key: LISTED.all },
      { key: LISTED.ofIntegration },
      { key: { expiresAt: 1 }, expireAfterSeconds: 0 },
    ]),
    collections.integrations.createIndexes([
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
