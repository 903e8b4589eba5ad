/** Who is told what happens, as `GET /webhooks` gives it. */
export interface Webhook {
  id: string;
  name: string;
  url: string;
  /** Empty: all. */
  types: string[];
  enabled: boolean;
  disabledBecause: 'person' | 'failing' | 'gone' | null;
  disabledAt: string | null;
  failingSince: string | null;
  lastDeliveredAt: string | null;
  pausedUntil: string | null;
  /** How long messages are signed with the secret before as well. */
  oldSecretUntil: string | null;
  pending: number;
  failed: number;
}

export interface MessageType {
  type: string;
  when: string;
}

export interface Webhooks {
  items: Webhook[];
  types: MessageType[];
}

/** The one time that a secret is told. */
export interface WebhookSecret {
  webhook: Webhook;
  secret: string;
}

export interface Delivery {
  id: string;
  type: string;
  incidentId: string | null;
  state: 'pending' | 'delivered' | 'failed' | 'stopped';
  createdAt: string;
  nextAt: string | null;
  attempts: { at: string; status: number | null; latencyMs: number; reason: string }[];
  body: string;
}
