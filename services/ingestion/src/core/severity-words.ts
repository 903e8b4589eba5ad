import type { Severity } from '@tocsin/domain';

/**
 * The words of the field, as their sources mean them: PagerDuty (`error`, `warning`), syslog and Falco (`emergency`,
 * `notice`), priorities P1 to P5, Azure's Sev0 to Sev4, Zabbix (`disaster`, `average`). Bare numbers are on too many scales,
 * some upside down, to be read.
 */
const WORDS: Record<Severity, readonly string[]> = {
  critical: ['critical', 'crit', 'fatal', 'emergency', 'emerg', 'panic', 'alert', 'disaster', 'p1', 'sev0'],
  high: ['high', 'error', 'err', 'major', 'severe', 'important', 'urgent', 'p2', 'sev1'],
  medium: ['medium', 'med', 'moderate', 'warning', 'warn', 'average', 'suspicious', 'p3', 'sev2'],
  low: ['low', 'minor', 'notice', 'p4', 'sev3'],
  info: ['info', 'informational', 'information', 'debug', 'note', 'p5', 'sev4'],
};

const SEVERITY_OF = new Map<string, Severity>(
  (Object.keys(WORDS) as Severity[]).flatMap((severity) => WORDS[severity].map((word) => [word, severity] as const)),
);

/** What counts where the source says nothing that is understood: it pages. */
export const UNKNOWN_SEVERITY: Severity = 'high';

/** The severity that a source's word means, or undefined. */
export function severityOfWord(word: unknown): Severity | undefined {
  if (typeof word !== 'string') return undefined;
  return SEVERITY_OF.get(
    word
      .trim()
      .toLowerCase()
      .replace(/[-_ ]/g, '')
      .replace(/^severity/, ''),
  );
}
