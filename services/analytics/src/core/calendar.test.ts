import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { type Bucket, calendarOf } from './calendar.ts';

const FROM = Date.parse('2024-01-01T00:00:00Z');
const UNTIL = Date.parse('2028-01-01T00:00:00Z');
/** Half hours, changes at midnight and of half an hour, a zone without changes, and both ends of the world. */
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/Havana',
  'Africa/Cairo',
  'Africa/Casablanca',
  'Asia/Beirut',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
];
const BUCKETS = ['hour', 'day', 'week', 'month'] as const satisfies Bucket[];

test.each(ZONES)('%s: the wall shows what it shows, and buckets begin when they begin', (zone) => {
  const calendars = new Map(BUCKETS.map((bucket) => [bucket, calendarOf(zone, FROM, UNTIL, bucket)]));
  fc.assert(
    fc.property(fc.integer({ min: FROM, max: UNTIL - 1 }), fc.constantFrom(...BUCKETS), (at, bucket) => {
      const local = DateTime.fromMillis(at, { zone });
      const calendar = calendars.get(bucket)!;
      expect(calendar.wallOf(at)).toBe(at + local.offset * 60_000);
      // The first instant that is of the bucket: the one before it is of another.
      const sameAs = (other: number) => nameOf(DateTime.fromMillis(other, { zone }), bucket) === nameOf(local, bucket);
      const begins = calendar.bucketOf(at);
      expect(begins).toBeLessThanOrEqual(at);
      expect([sameAs(begins), sameAs(begins - 1)]).toEqual([true, false]);
    }),
    { numRuns: 300 },
  );
});

/** What tells a bucket from others; hours by their offset too, since one may come twice. */
function nameOf(local: DateTime, bucket: (typeof BUCKETS)[number]): string {
  switch (bucket) {
    case 'hour':
      return local.toFormat("yyyy-MM-dd'T'HH Z");
    case 'day':
      return local.toFormat('yyyy-MM-dd');
    case 'week':
      return `${local.weekYear}-${local.weekNumber}`;
    case 'month':
      return local.toFormat('yyyy-MM');
    default:
      return bucket satisfies never;
  }
}

test('an hour that a clock cuts in half begins at the change', () => {
  // Lord Howe goes back by half an hour: what is half past one the second time is not of the hour before.
  const change = Date.parse('2026-04-04T15:00:00Z');
  const hour = calendarOf('Australia/Lord_Howe', FROM, UNTIL, 'hour');
  expect(hour.bucketOf(change - 1)).toBe(change - 3_600_000);
  expect(hour.bucketOf(change + 60_000)).toBe(change);
});

test('around each change of a clock every quarter of an hour is in the bucket that its wall clock says', () => {
  for (const zone of ZONES) {
    const day = calendarOf(zone, FROM, UNTIL, 'day');
    const starts = new Map<string, number>();
    for (let at = Date.parse('2026-01-01T00:00:00Z'); at < Date.parse('2027-01-01T00:00:00Z'); at += 900_000) {
      const name = `${zone} ${new Date(day.wallOf(at)).toISOString().slice(0, 10)}`;
      const known = starts.get(name) ?? day.bucketOf(at);
      starts.set(name, known);
      if (day.bucketOf(at) !== known) throw new Error(`${name} begins twice`);
    }
    expect(new Set(starts.values()).size).toBe(starts.size);
  }
});

test('a zone that there is not is refused', () => {
  expect(() => calendarOf('Mars/Olympus', FROM, UNTIL)).toThrow(RangeError);
});
