import type { Decision } from './answers/answer-store.ts';
import type { OwnedKey } from './key.ts';
import type { RevisionState } from './provider.ts';

/** What a page's message shows after an answer to it was decided, and who has the incident then, or said so. Null: it is not decided yet. */
export function shownAfter(
  decision: Decision | null,
  { personId }: Pick<OwnedKey, 'personId'>,
): { state: RevisionState; personId: string } {
  if (!decision) return { state: 'noted', personId: '' };
  switch (decision.outcome) {
    case 'yours':
      return { state: 'taken', personId };
    case 'taken':
      return { state: 'taken', personId: decision.ownerPersonId };
    case 'rejected':
    case 'escalated':
      return { state: decision.outcome, personId };
    case 'over':
    case 'resolved':
      return { state: 'closed', personId: '' };
    default:
      return decision.outcome satisfies never;
  }
}
