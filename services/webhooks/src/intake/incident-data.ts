import { millis } from '@tocsin/platform';
import type { Incident } from '@tocsin/proto/incident/v1';

/** An incident as receivers are told of it: ids of people, never their names or addresses. */
export function incidentData(incident: Incident, publicUrl: string | undefined) {
  const { id, number, title, severity, status, drill, teamId, ownerPersonId } = incident;
  return {
    id,
    number,
    title,
    severity,
    status,
    drill,
    teamId: teamId || null,
    ownerPersonId: ownerPersonId || null,
    openedAt: instant(incident.openedAt),
    acknowledgedAt: instant(incident.acknowledgedAt),
    closedAt: instant(incident.closedAt),
    url: publicUrl === undefined ? null : new URL(`/incidents/${number}`, publicUrl).href,
  };
}

function instant(at: Incident['openedAt']): string | null {
  const ms = millis(at);
  return ms === undefined ? null : new Date(ms).toISOString();
}
