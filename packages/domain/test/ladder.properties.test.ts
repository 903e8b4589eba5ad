import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { catchAllLayer, dryRun, type Ladder, type LadderEntry, ladderView, type ResolvedLayer } from '../src/index.ts';
import type { Life } from './life.ts';
import { entriesOf, layerOf, live, policies, type Script, scripts } from './scripts.ts';

const RUNS = { numRuns: 60 };
const STATES = ['planned', 'not-sent', 'withdrawn', 'unknown', 'sent', 'failed', 'delivered', 'answered'];
/** What was lost may be taken by another provider: between these two it goes to and fro. */
const rankOf = (state: string) => STATES.indexOf(state === 'failed' ? 'sent' : state);
const PEOPLE = ['paged', 'unanswered', 'unreachable', 'rejected', 'escalated', 'accepted', 'handed-back'];

/** What providers might say of the pages of a life, each receipt at a place of its own in the log. */
const receipts = fc.array(
  fc.record({
    page: fc.nat(),
    attempt: fc.integer({ min: 1, max: 2 }),
    receipt: fc.constantFrom('queued', 'sent', 'delivered', 'failed', 'unknown'),
    providerId: fc.constantFrom('', 'SM1'),
    place: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  { maxLength: 20 },
);
type Receipts = typeof receipts extends fc.Arbitrary<infer T> ? T : never;

function plannedIn(entries: LadderEntry[]): string[] {
  return [
    ...new Set(
      entries.filter((one) => one.kind === 'page-planned').flatMap((one) => one.data.notifications as string[]),
    ),
  ];
}

function receiptEntries(pages: string[], some: Receipts): { place: number; entry: LadderEntry }[] {
  if (pages.length === 0) return [];
  const all = some.map(({ page, attempt, receipt, providerId, place }, at) => {
    const notification = pages[page % pages.length]!;
    const data = { notification, receipt, provider: 'a', providerId, possibleRepeat: false, reason: receipt };
    return {
      place,
      entry: { id: `sms/${notification}/${attempt}/${receipt}`, kind: 'notification', at: 1_000 + at, data },
    };
  });
  return [...new Map(all.map((one) => [one.entry.id, one])).values()];
}

function logOf(life: Life, some: Receipts, places = some.map((one) => one.place)): LadderEntry[] {
  const opened = { id: 'opened', kind: 'opened', at: 0, data: { severity: 'critical' } };
  const log: LadderEntry[] = [opened, ...entriesOf(life)];
  const placed = receiptEntries(
    plannedIn(log),
    some.map((one, at) => ({ ...one, place: places[at]! })),
  );
  for (const { place, entry } of placed) log.splice(Math.floor(place * log.length), 0, entry);
  return log;
}

const pagesIn = (ladder: Ladder) =>
  ladder.escalations.flatMap((one) => one.steps.flatMap((step) => step.people.flatMap((p) => p.notifications)));

test('every page that was planned is in the ladder exactly once', () => {
  fc.assert(
    fc.property(scripts, receipts, (script, some) => {
      const log = logOf(live(script), some);
      const ids = pagesIn(ladderView(log, 0)).map((one) => one.id);
      expect(ids.toSorted()).toEqual(plannedIn(log).toSorted());
    }),
    RUNS,
  );
});

test('it is the same whatever order the receipts come in', () => {
  fc.assert(
    fc.property(
      scripts,
      receipts,
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 20, maxLength: 20 }),
      (script, some, places) => {
        const life = live(script);
        expect(ladderView(logOf(life, some, places), 0)).toEqual(ladderView(logOf(life, some), 0));
      },
    ),
    RUNS,
  );
});

test('of a shorter log it is the beginning of what it becomes, and states move forward', () => {
  fc.assert(
    fc.property(scripts, receipts, fc.double({ min: 0, max: 1, noNaN: true }), (script, some, cut) => {
      const log = logOf(live(script), some);
      isBeginning(ladderView(log.slice(0, Math.ceil(cut * log.length)), 0), ladderView(log, 0));
    }),
    RUNS,
  );
});

function isBeginning(early: Ladder, late: Ladder): void {
  for (const [at, escalation] of early.escalations.entries()) {
    const after = late.escalations[at]!;
    expect(after.id).toBe(escalation.id);
    expect(after.news.slice(0, escalation.news.length).map((one) => one.id)).toEqual(
      escalation.news.map((one) => one.id),
    );
    for (const [n, step] of escalation.steps.entries()) {
      const then = after.steps[n]!;
      expect([then.round, then.layer, then.beganAt]).toEqual([step.round, step.layer, step.beganAt]);
      if (step.endedAt !== null) expect([then.endedAt, then.ended]).toEqual([step.endedAt, step.ended]);
      for (const [m, person] of step.people.entries()) {
        const same = then.people[m]!;
        expect([same.personId, same.because]).toEqual([person.personId, person.because]);
        expect(PEOPLE.indexOf(same.state)).toBeGreaterThanOrEqual(PEOPLE.indexOf(person.state));
        for (const [k, page] of person.notifications.entries()) {
          const moved = same.notifications[k]!;
          expect([moved.id, moved.plannedAt]).toEqual([page.id, page.plannedAt]);
          expect(rankOf(moved.state)).toBeGreaterThanOrEqual(rankOf(page.state));
        }
      }
    }
  }
}

test('a dry run is what an incident then does to which nobody answers', () => {
  fc.assert(
    fc.property(scripts, policies, (script, policy) => {
      const calm: Script = {
        ...script,
        policy,
        rolls: [0.5],
        answers: [],
        summons: [],
        alerts: [],
        outcomes: ['sent'],
      };
      const life = live(calm);
      const dry = dryRun(policy, layersOf(calm), life.state.openedAt, calm.severity);
      const lived = pagesByStep(ladderView(entriesOf(life), life.now));
      const foretold = pagesByStep(dry.ladder);
      expect(dry.timeline.filter((one) => one.kind === 'page')).toHaveLength(pagesIn(dry.ladder).length);
      // The life ends with its two hours, in the middle of a step; the dry run with the second time of the catch-all.
      const n = Math.min(lived.length - 1, foretold.length);
      expect(n).toBeGreaterThan(0);
      expect(foretold.slice(0, n)).toEqual(lived.slice(0, n));
    }),
    RUNS,
  );
});

/** Each step with its notifications, and when each went after the step began. */
function pagesByStep({ escalations }: Ladder): unknown[] {
  return escalations.flatMap(({ steps }) =>
    steps.map(({ round, layer, beganAt, gaps, people }) => {
      const pages = people.flatMap((one) => one.notifications);
      const went = pages.map(({ id, plannedAt }) => `${id.slice(id.indexOf('/'))} +${plannedAt - beganAt}`);
      return { round, layer, gaps, pages: went.toSorted() };
    }),
  );
}

function layersOf(script: Script): ResolvedLayer[] {
  return Array.from({ length: catchAllLayer(script.policy) }, (_, at) => layerOf(script, at + 1));
}
