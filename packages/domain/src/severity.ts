import type { Severity, Urgency } from './escalation-types.ts';

/** The most severe first. */
export const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

/** Rank of a severity: 0 is the worst. Used to sort the most severe first. */
export function severityRank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

export function isWorse(a: Severity, than: Severity): boolean {
  return severityRank(a) < severityRank(than);
}

/** A person's word on how bad an incident is. */
export interface SeverityWord {
  severity: Severity;
  /** The worst that the sources had said when it was given: what the person could know. */
  over: Severity;
  personId: string;
}

/**
 * How bad an incident is: what a person said, where one did, else the worst of its sources. A person's word stands until a
 * person says otherwise, however often the sources repeat themselves. Only something worse than all that was known when the
 * word was given is heard over it, and then the worse of both counts.
 */
export function severityGiven(sources: Severity, word: SeverityWord | null | undefined): Severity {
  if (!word) return sources;
  return isWorse(sources, word.over) && isWorse(sources, word.severity) ? sources : word.severity;
}

/** How people are reached for a severity: critical and high wake them. */
export function urgencyOf(severity: Severity): Urgency {
  return severity === 'critical' || severity === 'high' ? 'high' : 'low';
}
