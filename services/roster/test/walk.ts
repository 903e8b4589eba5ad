/** A clock on a wall, read every quarter of an hour without any of the roster's own code: what its answers are compared with. */
export interface Walk {
  from: number;
  until: number;
  /** What the wall clock shows at each step, as "2026-03-29T02:15". */
  shown: string[];
  /** The steps at which it shows a time first and last. */
  steps: Map<string, { first: number; last: number }>;
}

export const STEP_MS = 15 * 60_000;

export function walk(timeZone: string, from: number, until: number): Walk {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const shown: string[] = [];
  for (let at = from; at < until; at += STEP_MS) shown.push(format.format(at).replace(' ', 'T'));
  const steps: Walk['steps'] = new Map();
  for (const [step, time] of shown.entries()) steps.set(time, { first: steps.get(time)?.first ?? step, last: step });
  return { from, until, shown, steps };
}

/** Steps at which a handoff's time is shown first and last; the first step after it where it is left out. */
function handoffSteps({ shown, steps }: Walk, wanted: string): { first: number; last: number } {
  const found = steps.get(wanted);
  if (found) return found;
  const after = shown.findIndex((time) => time > wanted);
  return { first: after, last: after };
}

export interface WalkedTurn {
  memberId: string;
  first: number;
  end: number;
}

/** The turns of a rotation within a walk, by looking for each handoff on the wall. */
export function walkedTurns(
  whole: Walk,
  rotation: { stepDays: number; handoffTime: string; anchorDate: string; memberIds: string[] },
): WalkedTurn[] {
  const turns: WalkedTurn[] = [];
  const anchor = Date.parse(`${rotation.anchorDate}T00:00Z`);
  const dayOf = (turn: number) => new Date(anchor + turn * rotation.stepDays * 86_400_000).toISOString().slice(0, 10);
  const last = whole.shown.at(-1)!;
  for (let turn = 0; ; turn++) {
    const [begin, end] = [`${dayOf(turn)}T${rotation.handoffTime}`, `${dayOf(turn + 1)}T${rotation.handoffTime}`];
    if (end > last) return turns;
    if (begin <= whole.shown[0]!) continue;
    const first = handoffSteps(whole, begin).first;
    const until = handoffSteps(whole, end).last;
    if (first < until)
      turns.push({ memberId: rotation.memberIds[turn % rotation.memberIds.length]!, first, end: until });
  }
}
