import { LIMITS, type NormalisedAlert } from './alert.ts';
import { cleanText } from './clean-text.ts';
import { UNKNOWN_SEVERITY } from './severity-words.ts';

/** The alert that stands for bytes that could not be read: somebody must look, and the bytes are kept. */
export function unreadableAlert(integrationName: string, reason: string): NormalisedAlert {
  return {
    action: 'trigger',
    severity: UNKNOWN_SEVERITY,
    title: cleanText(`Unreadable alert from ${integrationName}`, LIMITS.titleCharacters),
    link: '',
    entities: [],
    techniques: [],
    malformed: true,
    reasons: [reason],
  };
}
