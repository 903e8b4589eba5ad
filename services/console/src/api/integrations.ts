/** Senders and what they sent, as `GET /integrations` and `GET /alerts` give them. */
import type { Named, Page, Severity } from './types.ts';

export interface Integration {
  id: string;
  name: string;
  source: string;
  team: Named | null;
  drill: boolean;
  disabled: boolean;
  lastEventAt: string | null;
  alertsLastDay: number;
  /** How long the key before the present one still opens. */
  oldKeyUntil: string | null;
  /** Where its sender posts; null where nobody told the gateway. */
  postTo: string | null;
}

export interface Integrations extends Page<Integration> {
  sources: string[];
  teams: Named[];
}

/** The one time that a key is told. */
export interface IntegrationKey {
  integration: Integration;
  key: string;
}

export interface AlertSummary {
  id: string;
  action: 'trigger' | 'acknowledge' | 'resolve' | 'update';
  severity: Severity;
  title: string;
  receivedAt: string;
  drill: boolean;
  malformed: boolean;
  /** Why it was read so. */
  reasons: string[];
  /** Null: not decided yet. */
  decision: { incidentId: string | null; notify: boolean; reason: string } | null;
}

export interface AlertDetail extends AlertSummary {
  link: string;
  entities: string[];
  envelope: {
    receivedAt: string;
    headers: Record<string, string>;
    encoding: 'utf8' | 'base64';
    body: string;
    bodyBytes: number;
    truncated: boolean;
  } | null;
}
