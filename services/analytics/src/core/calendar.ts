import { IANAZone } from 'luxon';

export type Bucket = 'whole' | 'hour' | 'day' | 'week' | 'month';

/** A zone's clock over a range of instants, read so fast that a million rows can ask. */
export interface Calendar {
  /** What the clock on the wall shows, as the ms since the epoch that it would be in UTC. */
  wallOf(at: number): number;
  /** The instant at which the bucket of an instant begins; of the whole range, `from`. */
  bucketOf(at: number): number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** No zone of our days changes its offset twice within a week. */
const STEP_MS = 7 * DAY_MS;
/** A bucket may begin before the range, and a zone be hours away. */
const MARGIN_MS = 40 * DAY_MS;

/** A stretch of time in which a zone keeps its offset. */
interface Stretch {
  from: number;
  offset: number;
}

/** Throws `RangeError` for a zone that the runtime does not know. */
export function calendarOf(zoneName: string, from: number, until: number, bucket: Bucket = 'whole'): Calendar {
  const stretches = stretchesOf(zoneName, from - MARGIN_MS, until + MARGIN_MS);
  let current = 0;
  const offsetAt = (at: number) => {
    const known = stretches[current]!;
    if (at >= known.from && at < (stretches[current + 1]?.from ?? Number.POSITIVE_INFINITY)) return known.offset;
    current = Math.max(
      0,
      stretches.findLastIndex((one) => one.from <= at),
    );
    return stretches[current]!.offset;
  };
  const wallOf = (at: number) => at + offsetAt(at);

  /** The first instant at which the clock shows a time; where it leaves that out, the first one after. */
  const instantOf = (wall: number) => {
    for (const [index, { from: begins, offset }] of stretches.entries()) {
      const at = Math.max(wall - offset, index === 0 ? Number.NEGATIVE_INFINITY : begins);
      if (at < (stretches[index + 1]?.from ?? Number.POSITIVE_INFINITY)) return at;
    }
    return wall;
  };

  const known = new Map<number, number>();
  // Rows mostly come in the order of their days: from when until when the last answer holds for certain.
  let last = { from: 0, until: 0, begins: 0 };
  const bucketOf = (at: number) => {
    if (bucket === 'whole') return from;
    if (at >= last.from && at < last.until) return last.begins;
    const wall = wallOf(at);
    // By instants: where a clock goes back, the hour that comes twice is two hours.
    if (bucket === 'hour') return Math.max(at - modulo(wall, HOUR_MS), stretches[current]!.from);
    const day = Math.floor(wall / DAY_MS);
    const begins = known.get(day) ?? instantOf(bucketStart(wall, bucket));
    known.set(day, begins);
    const midnight = at - modulo(wall, DAY_MS);
    const changes = stretches[current + 1]?.from ?? Number.POSITIVE_INFINITY;
    last = {
      from: Math.max(midnight, stretches[current]!.from),
      until: Math.min(midnight + DAY_MS, changes),
      begins,
    };
    return begins;
  };
  return { wallOf, bucketOf };
}

function bucketStart(wall: number, bucket: 'day' | 'week' | 'month'): number {
  switch (bucket) {
    case 'day':
      return wall - modulo(wall, DAY_MS);
    case 'week':
      // 1970-01-05 was the first Monday.
      return wall - modulo(wall - 4 * DAY_MS, 7 * DAY_MS);
    case 'month': {
      const date = new Date(wall);
      return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
    }
    default:
      return bucket satisfies never;
  }
}

function stretchesOf(zoneName: string, from: number, until: number): Stretch[] {
  const zone = IANAZone.create(zoneName);
  if (!zone.isValid) throw new RangeError(`unknown time zone ${zoneName}`);
  const offsetMs = (at: number) => zone.offset(at) * 60_000;
  const found: Stretch[] = [{ from, offset: offsetMs(from) }];
  for (let at = from; at < until; at += STEP_MS) {
    const before = found.at(-1)!.offset;
    const after = offsetMs(at + STEP_MS);
    if (before === after) continue;
    let [low, high] = [at, at + STEP_MS];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (offsetMs(middle) === before) low = middle;
      else high = middle;
    }
    found.push({ from: high, offset: after });
  }
  return found;
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
