/** Instants in ms since the epoch: from `startsAt` on, and before `endsAt`. */
export interface Interval {
  startsAt: number;
  endsAt: number;
}

export function intervalOf(startsAt: number, endsAt: number): Interval {
  return { startsAt, endsAt };
}

export function overlaps(a: Interval, b: Interval): boolean {
  return a.startsAt < b.endsAt && b.startsAt < a.endsAt;
}

/** What is in one of `pieces` and in none of `holes`. */
export function without(pieces: Interval[], holes: Interval[]): Interval[] {
  return holes.reduce((left, hole) => left.flatMap((piece) => cut(piece, hole)), pieces);
}

/** What is in `whole` and in any of `windows`, joined where windows touch or overlap, in order. */
export function within(whole: Interval, windows: Interval[]): Interval[] {
  const joined: Interval[] = [];
  for (const window of windows.filter((one) => overlaps(one, whole)).sort((a, b) => a.startsAt - b.startsAt)) {
    const startsAt = Math.max(window.startsAt, whole.startsAt);
    const endsAt = Math.min(window.endsAt, whole.endsAt);
    const last = joined.at(-1);
    if (last && startsAt <= last.endsAt) last.endsAt = Math.max(last.endsAt, endsAt);
    else joined.push({ startsAt, endsAt });
  }
  return joined;
}

function cut(piece: Interval, hole: Interval): Interval[] {
  if (!overlaps(piece, hole)) return [piece];
  const before = intervalOf(piece.startsAt, hole.startsAt);
  const after = intervalOf(hole.endsAt, piece.endsAt);
  return [before, after].filter(({ startsAt, endsAt }) => startsAt < endsAt);
}
