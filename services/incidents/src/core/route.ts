import type { Severity } from '@tocsin/domain';
import type { RouteDecision } from './fold.ts';

/** A rule from alert to team and policy, or nowhere. Empty conditions match anything. */
export interface Route {
  id: string;
  integrationIds: string[];
  severities: string[];
  teamId: string;
  policyId: string;
  nowhere: boolean;
}

/** The first route that matches decides. Where none does, the organisation's default policy pages: silence is never a default. */
export function decideRoute(
  routes: readonly Route[],
  alert: { integrationId: string; severity: Severity },
): RouteDecision {
  for (const route of routes) {
    if (route.integrationIds.length > 0 && !route.integrationIds.includes(alert.integrationId)) continue;
    if (route.severities.length > 0 && !route.severities.includes(alert.severity)) continue;
    const { nowhere, teamId, policyId } = route;
    return { nowhere, teamId, policyId, reason: `route ${route.id}` };
  }
  return { nowhere: false, teamId: '', policyId: '', reason: 'no route matched' };
}
