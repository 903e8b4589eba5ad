import { IANAZone } from 'luxon';

/** A local date and time without a zone, as the milliseconds that it would be since the epoch if it were UTC. */
export type WallClock = number;

/** When a clock on the wall shows a time: once, twice where it goes back, never where it goes forward. */
export interface Occurrences {
  first: number;
  last: number;
}

export const DAY_MS = 86_400_000;

/** More than any zone is away from UTC. No zone changes its offset twice within twice as long. */
const HORIZON_MS = 16 * 3_600_000;

/** A zone of the IANA database. Throws `RangeError` for a name that the runtime does not know. */
export function zoneOf(name: string): IANAZone {
  const zone = IANAZone.create(name);
  if (!zone.isValid) throw new RangeError(`unknown time zone ${name}`);
  return zone;
}

/**
 * The instants at which a wall clock shows a time. Where the time is left out by a clock that goes forward, both are the first
 * valid instant after it.
 */
export function occurrences(zone: IANAZone, wall: WallClock): Occurrences {
  const before = wall - HORIZON_MS;
  const after = wall + HORIZON_MS;
  const oldOffset = offsetMs(zone, before);
  const newOffset = offsetMs(zone, after);
  if (oldOffset === newOffset) return { first: wall - oldOffset, last: wall - oldOffset };

  const change = changeBetween(zone, before, after, oldOffset);
  const early = wall - oldOffset;
  const late = wall - newOffset;
  const isEarly = early < change;
  const isLate = late >= change;
  if (isEarly && isLate) return { first: early, last: late };
  if (isEarly) return { first: early, last: early };
  if (isLate) return { first: late, last: late };
  return { first: change, last: change };
}

/** The instant at which the offset changes, where it changes once between two instants. */
function changeBetween(zone: IANAZone, before: number, after: number, oldOffset: number): number {
  let [low, high] = [before, after];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetMs(zone, middle) === oldOffset) low = middle;
    else high = middle;
  }
  return high;
}

function offsetMs(zone: IANAZone, at: number): number {
  return zone.offset(at) * 60_000;
}

/** Days since 1970-01-01 of a date such as "2026-03-29". */
export function parseDay(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / DAY_MS;
}

/** Milliseconds since midnight of a time such as "09:30"; "24:00" is the day's end. */
export function parseTime(time: string): number {
  const [hours, minutes] = time.split(':');
  return (Number(hours) * 60 + Number(minutes)) * 60_000;
}
