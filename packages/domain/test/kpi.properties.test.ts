import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { foldKpis, type IncidentKpis, type KpiEntry, noKpis, type PageOutcome } from '../src/index.ts';
import { type Lived, lives } from './random-life.ts';

test('entries shuffled, doubled and in any portions make the numbers that the log makes', () => {
  const shuffled = lives.chain((lived) =>
    fc.record({
      lived: fc.constant(lived),
      order: fc.shuffledSubarray([...lived.log, ...lived.log], { minLength: lived.log.length * 2 }),
      portion: fc.integer({ min: 1, max: 7 }),
    }),
  );
  fc.assert(
    fc.property(shuffled, ({ lived, order, portion }) => {
      let kpis = noKpis();
      let waiting: KpiEntry[] = [];
      for (let at = 0; at < order.length; at += portion) {
        ({ kpis, waiting } = foldKpis(kpis, [...waiting, ...order.slice(at, at + portion)]));
      }
      expect(waiting).toEqual([]);
      expect(kpis).toEqual(foldKpis(noKpis(), lived.log).kpis);
    }),
    { numRuns: 40 },
  );
});

test('what real lives leave in their logs is counted as one would by hand', () => {
  fc.assert(
    fc.property(lives, ({ log }) => {
      const { kpis } = foldKpis(noKpis(), log);
      expect(counted(kpis)).toEqual(byHand(log));
      const accepted = log.filter((one) => one.kind === 'accepted').map((one) => one.at);
      const closedByPerson = log.filter((one) => one.kind === 'closed' && one.data.by !== 'source');
      const acknowledged = accepted.length > 0 ? Math.min(...accepted) : (closedByPerson[0]?.at ?? null);
      expect(kpis.acknowledgedAt).toBe(acknowledged);
      expect(kpis.resolvedAt).toBe(log.find((one) => one.kind === 'closed')?.at ?? null);
    }),
    { numRuns: 80 },
  );
});

function counted({ pages }: IncidentKpis): Record<string, number> {
  return sums(pages.map(({ layer, outcome, n }) => [`${layer} ${outcome}`, n]));
}

/** Looks each page up in the whole log: no state, no order of work. */
function byHand(log: Lived['log']): Record<string, number> {
  const pages = log.flatMap((started, at) => {
    if (started.kind !== 'layer-started') return [];
    return (started.data.people as string[]).map((person): [string, number] => {
      const later = log.slice(at + 1);
      const next = later.findIndex(
        (one) => one.kind === 'layer-started' && (one.data.people as string[]).includes(person),
      );
      return [`${started.data.layer} ${outcomeIn(next < 0 ? later : later.slice(0, next), person)}`, 1];
    });
  });
  return sums(pages);
}

function outcomeIn(while_: Lived['log'], person: string): PageOutcome {
  const theirs = while_.filter((one) => one.data.person === person).map((one) => one.kind);
  if (theirs.includes('accepted')) return 'accepted';
  const said = theirs.findLast((kind) => ['rejected', 'escalated', 'person-unreachable'].includes(kind));
  if (said === 'rejected' || said === 'escalated') return said;
  if (said) return 'unreachable';
  const end = while_.find(
    ({ kind, data }) =>
      ['accepted', 'escalated', 'reassigned', 'snoozed', 'closed', 'layer-started'].includes(kind) ||
      (kind === 'layer-ended' && data.reason !== 'nobody-could-be-sent-a-page-again'),
  );
  if (!end) return 'open';
  if (end.kind === 'layer-ended') return 'unanswered';
  return end.kind === 'closed' && end.data.by === person ? 'resolved' : 'overtaken';
}

function sums(pairs: [string, number][]): Record<string, number> {
  const all: Record<string, number> = {};
  for (const [name, n] of pairs.toSorted()) all[name] = (all[name] ?? 0) + n;
  return all;
}
