/** What the API gives, as its document says (`/api/v1/openapi.json`). Instants are RFC 3339. */
import type { Ladder } from './ladder.ts';

export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'info';
export type IncidentStatus = 'open' | 'acknowledged' | 'closed';
export type Role = 'owner' | 'admin' | 'responder' | 'observer';

export interface Me {
  id: string;
  organisationId: string;
  organisationName: string;
  name: string;
  role: Role;
  /** Who of the roster accepts and rejects when this user does. */
  personId: string | null;
}

export interface Named {
  id: string;
  name: string;
}

export interface IncidentSummary {
  id: string;
  number: string;
  title: string;
  severity: Severity;
  status: IncidentStatus;
  team: Named | null;
  owner: Named | null;
  drill: boolean;
  openedAt: string;
  acknowledgedAt: string | null;
  closedAt: string | null;
  members: number;
  firing: number;
  alerts: number;
}

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

export interface OnCallSchedule {
  schedule: Named;
  people: (Named & { until: string | null; because: string })[];
}

export interface Note {
  id: string;
  text: string;
  by: Named | null;
  at: string;
}

export interface IncidentDetail extends IncidentSummary {
  previous: { id: string } | null;
  ladder: Ladder;
  /** Display names of everybody whom the ladder and the log speak of. */
  names: Record<string, string>;
  notes: Note[];
  logHead: number;
}

export interface IncidentAlert {
  id: string;
  /** Empty where it is kept no longer. */
  title: string;
  entities: string[];
  notify: boolean;
  reason: string;
  at: string;
}

export interface LogEntry {
  position: number;
  kind: string;
  at: string;
  data: Record<string, unknown>;
}

export interface CommandResult {
  outcome: 'stored' | 'yours' | 'taken' | 'over' | 'rejected' | 'resolved' | 'escalated' | 'done';
  owner: Named | null;
}
