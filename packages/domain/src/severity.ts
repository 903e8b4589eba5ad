import type { Severity, Urgency } from './escalation-types.ts';

const ORDER: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

/** Rank of a severity: 0 is the worst. Used to sort the most severe first. */
export function severityRank(severity: Severity): number {
  return ORDER.indexOf(severity);
}

export function isWorse(a: Severity, than: Severity): boolean {
  return severityRank(a) < severityRank(than);
}

/** How people are reached for a severity: critical and high wake them. */
export function urgencyOf(severity: Severity): Urgency {
  return severity === 'critical' || severity === 'high' ? 'high' : 'low';
}
