import type { Severity } from './escalation-types.ts';
import type { Counts, LogEntry } from './plan-types.ts';
import { number, text } from './read-log.ts';

/**
 * The counts that the life before had heard, as far as its log tells. Their version is older than any: the newest counts, which
 * come with the start of the next life, are news to it. So the owner is told of a member that joined in between, and a source
 * that resolved is heard.
 */
export function heardCounts(entries: LogEntry[], now: Counts): Counts {
  const firing = Math.max(now.firing, 1);
  const heard: Counts = { ...now, version: 0, firing };
  for (const entry of entries) {
    switch (entry.kind) {
      case 'escalation-started':
        heard.severity = (text(entry, 'severity') || heard.severity) as Severity;
        heard.members = number(entry, 'members') ?? heard.members;
        break;
      case 'members-joined':
        heard.members = number(entry, 'members') ?? heard.members;
        heard.firing = firing;
        break;
      case 'severity-raised':
        heard.severity = text(entry, 'to') as Severity;
        break;
      case 'severity-set':
        // What a person said is kept apart; this is what the sources had said by then.
        heard.severity = text(entry, 'over') as Severity;
        break;
      case 'source-resolved':
        // The owner was told, and is not told again.
        if (entry.data.answered === true) heard.firing = 0;
        break;
      default:
        break;
    }
  }
  return heard;
}
