import type { Ladder } from '../api/ladder.ts';
import { listOf } from '../words/phrases.ts';
import { clock } from '../words/time.ts';

/** What is true of the incident now, in one sentence: the first thing that somebody who was asleep reads. */
export function sentence({ head, escalations }: Ladder, nameOf: (id: string) => string, now: number): string {
  const until = head.until === null ? '' : ` until ${clock(head.until, now)}`;
  switch (head.saying) {
    case 'waiting':
      return 'Nobody has it yet: who is next is being looked up.';
    case 'paging': {
      const step = escalations.find((one) => one.purpose === 'response')?.steps.at(-1);
      const where = step ? `, ${stepName(step).toLowerCase()}` : '';
      const verb = head.paged.length === 1 ? 'is' : 'are';
      return `Nobody has it yet: ${listOf(head.paged.map(nameOf))} ${verb} being paged${where}${until}.`;
    }
    case 'has-it':
      return `${nameOf(head.ownerId ?? '')} has it${head.since === null ? '' : ` since ${clock(head.since, now)}`}.`;
    case 'snoozed':
      return `Quiet${until}: somebody snoozed it.`;
    case 'closed':
      return head.closedBy === 'source'
        ? 'Closed: the source says resolved.'
        : `Closed by ${nameOf(head.closedBy ?? '')}.`;
    default:
      return head.saying satisfies never;
  }
}

export function stepName({ layer, catchAll, round }: { layer: number; catchAll: boolean; round: number }): string {
  const name = layer === 0 ? 'Assigned' : catchAll ? 'Catch-all' : `Layer ${layer}`;
  return round > 1 ? `${name}, round ${round}` : name;
}
