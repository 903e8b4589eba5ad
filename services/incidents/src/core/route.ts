import type { Severity } from '@tocsin/domain';

/** A rule from alert to team and policy, or nowhere. Empty conditions match anything. */
export interface Route {
  id: string;
  integrationIds: string[];
  severities: string[];
  teamId: string;
  policyId: string;
  nowhere: boolean;
}

export interface RouteDecision {
  /** Its id; empty where none matched. */
  route: string;
  /** Record, and page nobody. */
  nowhere: boolean;
  teamId: string;
  policyId: string;
  reason: string;
}

/**
 * The first route that matches decides. Where none does, the organisation's default policy pages (its id is empty): silence is
 * never a default.
 */
export function decideRoute(
  routes: readonly Route[],
  alert: { integrationId: string; severity: Severity },
): RouteDecision {
  for (const { id, integrationIds, severities, nowhere, teamId, policyId } of routes) {
    if (integrationIds.length > 0 && !integrationIds.includes(alert.integrationId)) continue;
    if (severities.length > 0 && !severities.includes(alert.severity)) continue;
    return { route: id, nowhere, teamId, policyId, reason: `route ${id}` };
  }
  return { route: '', nowhere: false, teamId: '', policyId: '', reason: 'no route matched' };
}
