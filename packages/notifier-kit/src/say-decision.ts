import type { Decision } from './answers/answer-store.ts';

/** What a person hears of their answer, as a clause: "you have it". Null: it is not decided yet. */
export function sayDecision(decision: Decision | null, ownerName: string): string {
  if (!decision) return 'noted, working on it';
  switch (decision.outcome) {
    case 'yours':
      return 'you have it';
    case 'taken':
      return `${ownerName === '' ? 'somebody else' : ownerName} has it`;
    case 'over':
      return 'over';
    case 'rejected':
      return 'noted; the next person is called';
    case 'resolved':
      return 'resolved';
    case 'escalated':
      return 'noted; more people are called';
    default:
      return decision.outcome satisfies never;
  }
}
