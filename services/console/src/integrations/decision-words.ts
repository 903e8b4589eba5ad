import type { AlertSummary } from '../api/integrations.ts';

/** What the catalogued reasons of decisions on alerts mean to a person. */
const WHY: Record<string, string> = {
  'acknowledged-by-source': 'the source says that somebody has it',
  'fires-again': 'it fires again',
  'new-incident': 'a new incident',
  'new-member': 'something new in an open incident',
  'older-than-known': 'it is older than what is known',
  repeat: 'it fires already, and nothing is new',
  resolved: 'the source says that it is over',
  'resolved-unseen': 'it was over before it was seen to fire',
  'severity-raised': 'it got worse',
  update: 'an update',
  'update-of-nothing-open': 'an update of nothing that is open',
};

const READ: Record<string, string> = {
  'no-identifier': 'It names no id of its own, so each one is a thing by itself.',
  'unknown-action': 'Its status is none that is known: taken as firing.',
  'unknown-severity': 'Its severity is none that is known: taken as high.',
  'unknown-time': 'Its time cannot be read: the time that it came counts.',
};

/** Whether an event paged, and why. */
export function decisionWords({ decision }: Pick<AlertSummary, 'decision'>): {
  word: string;
  why: string;
  colour: string;
} {
  if (!decision) return { word: 'Being decided', why: '', colour: 'dimmed' };
  const why = WHY[decision.reason] ?? decision.reason.replaceAll('-', ' ');
  return decision.notify ? { word: 'Paged', why, colour: 'red' } : { word: 'Did not page', why, colour: 'dimmed' };
}

/** Why it was read so, as sentences. */
export function readingWords({ reasons, malformed }: AlertSummary): string[] {
  const known = reasons.map((reason) => READ[reason] ?? reason.replaceAll('-', ' '));
  return malformed ? ['What came could not be read: the bytes are kept, and it is an alert.', ...known] : known;
}
