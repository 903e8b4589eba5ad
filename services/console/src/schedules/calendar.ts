import type { Override, Shift, Shifts } from '../api/roster.ts';
import { instantOf, wallOf } from '../words/zone.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export interface Span {
  startsAt: number;
  endsAt: number;
}

/** Monday to Sunday on a zone's calendar; a day on which the clock changes is shorter or longer than others. */
export interface Week extends Span {
  days: Span[];
}

/** Something on a week's line: where it begins and how wide it is, as shares of the week. */
export interface Bar extends Span {
  key: string;
  left: number;
  width: number;
  /** Absent: nobody is on call. */
  shift?: Shift;
}

export interface Lane {
  key: string;
  name: string;
  bars: Bar[];
}

/** Whole weeks, the first with the day that `at` is on. */
export function weeksFrom(zone: string, at: number, count: number): Week[] {
  const day = Math.floor(wallOf(zone, at) / DAY);
  // 1970-01-01 was a Thursday.
  const monday = day - ((((day + 3) % 7) + 7) % 7);
  const midnight = (n: number) => instantOf(zone, n * DAY);
  return Array.from({ length: count }, (_, week) => {
    const days = Array.from({ length: 7 }, (_, n) => {
      const first = monday + week * 7 + n;
      return { startsAt: midnight(first), endsAt: midnight(first + 1) };
    });
    return { startsAt: days[0]!.startsAt, endsAt: days[6]!.endsAt, days };
  });
}

/** The full hour of a zone's clock that is nearest to an instant. */
export function fullHour(zone: string, at: number): number {
  return instantOf(zone, Math.round(wallOf(zone, Math.round(at)) / HOUR) * HOUR);
}

/** What is on in a week: gaps, then overrides, then each rotation on a line of its own. */
export function lanesOf(week: Week, { shifts, gaps }: Pick<Shifts, 'shifts' | 'gaps'>, rotationIds: string[]): Lane[] {
  const bars = shifts.flatMap((shift) => barOf(week, shift, shift));
  const of = (kind: string, id?: string) =>
    bars.filter(({ shift }) => shift?.source.kind === kind && (id === undefined || shift.source.id === id));
  return [
    { key: 'gaps', name: 'Nobody', bars: gaps.flatMap((gap) => barOf(week, gap)) },
    ...side(of('override')).map((some, n) => ({ key: `overrides ${n}`, name: n === 0 ? 'Overrides' : '', bars: some })),
    ...rotationIds.map((id) => ({ key: `rotation ${id}`, name: id, bars: of('rotation', id) })),
  ].filter((lane) => lane.bars.length > 0);
}

/** From when until when an override holds: its texts are a zone's wall clock, or instants. */
export function spanOf({ from, until }: Pick<Override, 'from' | 'until'>, zone: string): Span {
  const instant = (text: string) =>
    /(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : instantOf(zone, Date.parse(`${text}Z`));
  return { startsAt: instant(from), endsAt: instant(until) };
}

function barOf(week: Week, period: { startsAt: string; endsAt: string }, shift?: Shift): Bar[] {
  const startsAt = Date.parse(period.startsAt);
  const endsAt = Date.parse(period.endsAt);
  const [from, until] = [Math.max(startsAt, week.startsAt), Math.min(endsAt, week.endsAt)];
  if (from >= until) return [];
  const whole = week.endsAt - week.startsAt;
  const place = { left: (from - week.startsAt) / whole, width: (until - from) / whole };
  return [{ key: `${startsAt} ${shift?.source.id ?? ''}`, startsAt, endsAt, ...place, ...(shift ? { shift } : {}) }];
}

/** Beside each other where they are on at once. */
function side(bars: Bar[]): Bar[][] {
  const lines: Bar[][] = [];
  for (const bar of bars) {
    const free = lines.find((line) => line.at(-1)!.endsAt <= bar.startsAt);
    if (free) free.push(bar);
    else lines.push([bar]);
  }
  return lines;
}
