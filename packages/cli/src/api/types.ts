/** What the API gives, as its document says (`/api/v1/openapi.json`), as far as it is shown here. */
export interface Named {
  id: string;
  name: string;
}

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

export interface Incident {
  id: string;
  number: string;
  title: string;
  severity: string;
  status: 'open' | 'acknowledged' | 'closed';
  team: Named | null;
  owner: Named | null;
  drill: boolean;
  openedAt: string;
  acknowledgedAt: string | null;
  closedAt: string | null;
}

export interface IncidentDetail extends Incident {
  names: Record<string, string>;
  notes: { text: string; by: Named | null; at: string }[];
  ladder: {
    escalations: {
      purpose: string;
      steps: {
        round: number;
        layer: number;
        catchAll: boolean;
        people: {
          personId: string;
          because: string;
          state: string;
          reason: string;
          notifications: { channel: string; state: string; reason: string; at: string }[];
        }[];
      }[];
    }[];
  };
}

export interface CommandResult {
  outcome: 'stored' | 'yours' | 'taken' | 'over' | 'rejected' | 'resolved' | 'escalated' | 'done';
  owner: Named | null;
}

export interface Alert {
  id: string;
  integrationId: string;
  severity: string;
  title: string;
  action: string;
  receivedAt: string;
  decision: { incidentId: string | null; notify: boolean; reason: string } | null;
}

export interface OnCall {
  at: string;
  items: { schedule: Named; people: (Named & { because: string; until: string | null })[]; nextAt: string | null }[];
}
