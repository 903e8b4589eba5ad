import { afterEach, expect, test } from '@jest/globals';
import { type Harness, startHarness } from '../harness/harness.ts';
import { keyOf, randomPolicies, UNIT_MS } from '../harness/random-policies.ts';
import { type Visitor, visit } from '../harness/visitor.ts';

const POLICIES = 12;
/** Few enough that each page is planned within its own unit. */
const AT_ONCE = 4;
/** Clocks count whole milliseconds. */
const ROUNDED_MS = 5;

let harness: Harness | undefined;
let visitor: Visitor | undefined;
afterEach(async () => {
  const [running, open] = [harness, visitor];
  harness = undefined;
  visitor = undefined;
  open?.close();
  await running?.stop();
});

/** What becomes of one layer in one round. */
interface Step {
  what: string;
  /** Milliseconds since the first layer began, and of each page since the step began. */
  afterMs: number;
  pages: { what: string; afterMs: number }[];
}

interface DryRun {
  timeline: {
    kind: string;
    afterMs: number;
    round: number;
    layer: number;
    people?: string[];
    target?: string;
    reason?: string;
    personId?: string;
    contactMethodId?: string;
    repeat?: number;
  }[];
}

interface LadderStep {
  round: number;
  layer: number;
  reason: string;
  beganAt: string;
  gaps: string[];
  people: { personId: string; notifications: { contactMethodId: string; repeat: number; plannedAt: string }[] }[];
  skipped: { personId: string; reason: string }[];
}

test('a dry run of a random policy says what the incident then does: who, on what, how often, when, and who is skipped because', async () => {
  const seed = Number(process.env.TOCSIN_PROPERTY_SEED ?? Date.now() % 1_000_000);
  const h = await startHarness({ yaml: randomPolicies(seed, POLICIES) });
  harness = h;
  const ada = await visit(h, 'ada');
  visitor = ada;
  const lived = async (n: number) => {
    const dry = await ada.post<DryRun>('/policies/dry-run', { policyId: `p${n}`, severity: 'critical' });
    const foretold = foretoldBy(dry);
    await send(h, n);
    const number = await h.until(async () => (await h.list()).find(({ title }) => title === `p${n}`)?.number, {
      what: `an incident by policy p${n}`,
    });
    const steps = await h.until(
      async () => {
        const { ladder } = await ada.get<{ ladder: { escalations: { steps: LadderStep[] }[] } }>(
          `/incidents/${number}`,
        );
        const seen = ladder.escalations.flatMap((one) => one.steps);
        return seen.length > foretold.length && seen;
      },
      { timeoutMs: 90_000, everyMs: 500, what: `incident ${number} to come as far as the dry run of p${n}` },
    );
    await h.command({
      commandId: `end-${n}`,
      incident: number,
      byPersonId: 'ada',
      command: { case: 'resolve', value: {} },
    });
    return { foretold, happened: whatHappened(steps.slice(0, foretold.length)) };
  };
  const lives: Awaited<ReturnType<typeof lived>>[] = [];
  for (let from = 0; from < POLICIES; from += AT_ONCE)
    lives.push(...(await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => lived(from + n)))));
  const context = `seed ${seed}: TOCSIN_PROPERTY_SEED=${seed} repeats it`;
  expect({ context, lives: lives.map(({ happened }) => happened.map(said)) }).toEqual({
    context,
    lives: lives.map(({ foretold }) => foretold.map(said)),
  });
  // A busy machine is late; nothing is early.
  for (const { foretold, happened } of lives) {
    for (const [at, step] of happened.entries()) {
      const expected = foretold[at]!;
      expect(step.afterMs).toBeGreaterThanOrEqual(expected.afterMs - ROUNDED_MS);
      for (const [n, page] of step.pages.entries()) {
        const planned = expected.pages[n]!.afterMs - ROUNDED_MS;
        expect(page.afterMs).toBeGreaterThanOrEqual(planned);
        expect(page.afterMs).toBeLessThan(planned + UNIT_MS);
      }
    }
  }
}, 180_000);

async function send({ tocsin }: Harness, n: number): Promise<void> {
  const { status } = await fetch(`http://127.0.0.1:${tocsin.ports.ingestion}/v1/in/${keyOf(n)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ action: 'trigger', dedup_key: 'x', severity: 'critical', title: `p${n}` }),
  });
  expect(status).toBe(202);
}

function said({ what, pages }: Step): string {
  return [what, ...pages.map((page) => page.what)].join(', ');
}

function foretoldBy({ timeline }: DryRun): Step[] {
  const steps = new Map<string, Step & { gaps: string[]; skipped: string[]; who: string }>();
  for (const moment of timeline) {
    const { kind, round, layer, afterMs } = moment;
    const key = `round ${round}, layer ${layer}`;
    const step = steps.get(key) ?? { what: key, afterMs, pages: [], gaps: [], skipped: [], who: '' };
    steps.set(key, step);
    step.afterMs = Math.min(step.afterMs, afterMs);
    if (kind === 'gap') step.gaps.push(moment.target ?? '');
    if (kind === 'skipped') step.skipped.push(skip(moment));
    if (kind === 'empty') step.who = `empty: ${moment.reason}`;
    if (kind === 'layer') step.who = `people: ${[...(moment.people ?? [])].sort().join(' ')}`;
    if (kind === 'page') step.pages.push(page(moment, afterMs));
  }
  return inOrder(
    [...steps.values()].map(({ what, afterMs, pages, gaps, skipped, who }) => ({
      what: `${what}, ${who}, gaps: ${gaps.sort().join(' ')}, skipped: ${skipped.sort().join(' ')}`,
      afterMs,
      pages: pages.map((one) => ({ ...one, afterMs: one.afterMs - afterMs })),
    })),
  );
}

function whatHappened(steps: LadderStep[]): Step[] {
  const first = Date.parse(steps[0]?.beganAt ?? '');
  return inOrder(
    steps.map(({ round, layer, reason, beganAt, gaps, people, skipped }) => {
      const ids = people.map(({ personId }) => personId).sort();
      const who = ids.length === 0 ? `empty: ${reason}` : `people: ${ids.join(' ')}`;
      const began = Date.parse(beganAt);
      return {
        what: `round ${round}, layer ${layer}, ${who}, gaps: ${gaps.toSorted().join(' ')}, skipped: ${skipped.map(skip).sort().join(' ')}`,
        afterMs: began - first,
        pages: people.flatMap(({ personId, notifications }) =>
          notifications.map((one) => page({ personId, ...one }, Date.parse(one.plannedAt) - began)),
        ),
      };
    }),
  );
}

function page(of: { personId?: string; contactMethodId?: string; repeat?: number }, afterMs: number) {
  return { what: `${of.contactMethodId} for ${of.personId}, repeat ${of.repeat}`, afterMs };
}

function skip({ personId, reason }: { personId?: string; reason?: string }): string {
  return `${personId} (${reason})`;
}

/** What is due at the same instant comes in any order. */
function inOrder(steps: Step[]): Step[] {
  return steps
    .map((step) => ({ ...step, pages: step.pages.toSorted((a, b) => (a.what < b.what ? -1 : 1)) }))
    .sort((a, b) => (a.what < b.what ? -1 : 1));
}
