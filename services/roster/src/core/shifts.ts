import type { IANAZone } from 'luxon';
import { type Interval, intervalOf, overlaps, within, without } from './intervals.ts';
import type { Rotation, Schedule } from './schedule.ts';
import { DAY_MS, occurrences } from './wall-clock.ts';

/** Somebody's duty, whole: where it began and will end, whatever was asked for. */
export interface Shift extends Interval {
  personId: string;
  /** "rotation r" or "override o". */
  source: string;
}

/** Local dates are at most 14 hours, and where a day was left out 24 more, away from those of UTC. */
const SLACK_DAYS = 2;

/**
 * Who is on call at an instant: everybody whose shift it is, each shift once. The one resolver: paging, console and API ask it.
 */
export function onCall(schedule: Schedule, at: number): Shift[] {
  return shiftsBetween(schedule, at, at + 1);
}

/**
 * The shifts that are on at any instant from `from` and before `until`, in order of their start.
 *
 * A turn begins at the first instant at which the clock on the wall shows the handoff time, and ends at the last: where the
 * clock goes back both people are on call, and where it goes forward over the handoff time the next begins at once.
 */
export function shiftsBetween(schedule: Schedule, from: number, until: number): Shift[] {
  const asked = intervalOf(from, until);
  const overrides = schedule.overrides
    .filter((one) => overlaps(one, asked))
    .map(({ id, personId, startsAt, endsAt }) => ({ personId, startsAt, endsAt, source: `override ${id}` }));
  const turns = schedule.rotations.flatMap((rotation) => rotationShifts(schedule, rotation, asked));
  return [...overrides, ...turns].sort((a, b) => a.startsAt - b.startsAt || a.endsAt - b.endsAt);
}

/** When nobody is on call between two instants, as shifts of that time say. In order, none empty. */
export function gapsBetween(shifts: readonly Shift[], from: number, until: number): Interval[] {
  const covered = within(intervalOf(from, until), [...shifts]);
  const edges = [from, ...covered.flatMap(({ startsAt, endsAt }) => [startsAt, endsAt]), until];
  return Array.from({ length: covered.length + 1 }, (_, at) => intervalOf(edges[2 * at]!, edges[2 * at + 1]!)).filter(
    ({ startsAt, endsAt }) => startsAt < endsAt,
  );
}

function rotationShifts(schedule: Schedule, rotation: Rotation, asked: Interval): Shift[] {
  const replaced = schedule.overrides.filter((one) => (one.rotationId ?? rotation.id) === rotation.id);
  return turnsOf(schedule.zone, rotation, asked).flatMap(({ personId, ...turn }) =>
    without(onDuty(schedule.zone, rotation, turn), replaced)
      .filter((piece) => overlaps(piece, asked))
      .map((piece) => ({ personId, ...piece, source: `rotation ${rotation.id}` })),
  );
}

/** The turns of a rotation that touch an interval, before restrictions and overrides. */
function turnsOf(zone: IANAZone, rotation: Rotation, asked: Interval): (Interval & { personId: string })[] {
  const { stepDays, anchorDay, memberIds } = rotation;
  const turnOn = (at: number, slackDays: number) =>
    Math.floor((Math.floor(at / DAY_MS) + slackDays - anchorDay) / stepDays);
  const handoff = (turn: number) => occurrences(zone, (anchorDay + turn * stepDays) * DAY_MS + rotation.handoffMs);

  const turns: (Interval & { personId: string })[] = [];
  const last = turnOn(asked.endsAt, SLACK_DAYS);
  let begin = handoff(turnOn(asked.startsAt, -SLACK_DAYS) - 1);
  for (let turn = turnOn(asked.startsAt, -SLACK_DAYS) - 1; turn <= last; turn++) {
    const end = handoff(turn + 1);
    const interval = intervalOf(begin.first, end.last);
    // A turn can be empty: the whole day was left out.
    if (interval.startsAt < interval.endsAt && overlaps(interval, asked)) {
      turns.push({ personId: memberIds[modulo(turn, memberIds.length)]!, ...interval });
    }
    begin = end;
  }
  return turns;
}

/** The parts of a turn in which the rotation is on duty. */
function onDuty(zone: IANAZone, rotation: Rotation, turn: Interval): Interval[] {
  if (rotation.restrictions.length === 0) return [turn];
  const windows: Interval[] = [];
  const lastDay = Math.floor(turn.endsAt / DAY_MS) + SLACK_DAYS;
  for (let day = Math.floor(turn.startsAt / DAY_MS) - SLACK_DAYS - 1; day <= lastDay; day++) {
    for (const { weekdays, fromMs, untilMs } of rotation.restrictions) {
      if (!weekdays.has(weekdayOf(day))) continue;
      const begin = occurrences(zone, day * DAY_MS + fromMs);
      const end = occurrences(zone, day * DAY_MS + untilMs);
      if (begin.first < end.last) windows.push(intervalOf(begin.first, end.last));
    }
  }
  return within(turn, windows);
}

/** Monday 0; 1970-01-01 was a Thursday. */
function weekdayOf(day: number): number {
  return modulo(day + 3, 7);
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
