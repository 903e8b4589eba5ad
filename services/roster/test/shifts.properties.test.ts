import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type RotationDefinition, readSchedule, type Weekday } from '../src/core/schedule.ts';
import { gapsBetween, onCall, shiftsBetween } from '../src/core/shifts.ts';
import { DAY_MS } from '../src/core/wall-clock.ts';
import { STEP_MS, type Walk, walk, walkedTurns } from './walk.ts';

/** Each with the years that hold what is odd about it. */
const zones: [zone: string, from: string, until: string, odd: string][] = [
  ['Australia/Lord_Howe', '2023-01-01', '2026-01-01', 'half an hour of summer time'],
  ['Pacific/Apia', '2010-06-01', '2013-01-01', 'left out 30 December 2011'],
  ['Africa/Cairo', '2023-01-01', '2026-01-01', 'summer time begins and ends at midnight'],
  ['America/New_York', '2024-01-01', '2027-01-01', 'changes at 2:00'],
  ['Europe/Berlin', '2024-01-01', '2027-01-01', 'changes at 1:00 UTC'],
  ['Australia/Sydney', '2024-01-01', '2027-01-01', 'summer over the new year'],
  ['America/Sao_Paulo', '2017-01-01', '2020-01-01', 'left midnight out, and gave summer time up'],
  ['Asia/Tehran', '2020-01-01', '2023-06-01', 'half hours, midnight, and gave summer time up'],
  ['America/Santiago', '2021-01-01', '2024-01-01', 'the clock goes back at midnight, into the day before'],
  ['Africa/Casablanca', '2023-01-01', '2026-01-01', 'four changes in some years, and a negative summer time'],
  ['UTC', '2024-01-01', '2025-01-01', 'nothing'],
];

const samoaLeaps = Date.parse('2011-12-30T10:00Z');

const quarters = fc.integer({ min: 0, max: 95 }).map((quarter) => clock(quarter * 15));
/** Handoffs where clocks change, more often than chance would have it. */
const handoffTime = fc.oneof(
  quarters,
  fc.constantFrom('00:00', '00:30', '01:30', '02:00', '02:15', '02:30', '03:00', '23:00', '23:30'),
);

const rotation = (from: string) =>
  fc.record<RotationDefinition>({
    id: fc.constant('r'),
    every: fc.constantFrom('day', 'week'),
    length: fc.integer({ min: 1, max: 3 }),
    handoffTime,
    anchorDate: fc.integer({ min: 0, max: 6 }).map((days) => date(Date.parse(from) + days * 86_400_000)),
    memberIds: fc.integer({ min: 1, max: 5 }).map((count) => Array.from({ length: count }, (_, n) => `m${n}`)),
    restrictions: fc.constant([]),
  });

describe.each(zones)('a rotation in %s', (timeZone, from, until) => {
  const [start, end] = [Date.parse(from), Date.parse(until)];
  const wall: Walk = walk(timeZone, start, end);
  const scheduleOf = (one: RotationDefinition) =>
    readSchedule({ id: 's', name: 'S', timeZone, rotations: [one], overrides: [] });

  test('is what a walk in quarters of an hour finds on the wall', () => {
    fc.assert(
      fc.property(rotation(from), (one) => {
        const stepDays = one.length * (one.every === 'week' ? 7 : 1);
        const walked = walkedTurns(wall, { ...one, stepDays });
        const first = start + walked[0]!.first * STEP_MS;
        const last = start + walked.at(-1)!.end * STEP_MS;
        const shifts = shiftsBetween(scheduleOf(one), first, last).filter(
          ({ startsAt, endsAt }) => startsAt >= first && endsAt <= last,
        );
        expect(shifts.map(({ personId, startsAt, endsAt }) => [personId, startsAt, endsAt])).toEqual(
          walked.map(({ memberId, first, end }) => [memberId, start + first * STEP_MS, start + end * STEP_MS]),
        );
      }),
      { numRuns: 25 },
    );
  });

  test('has no gap, and overlaps only where a clock went back', () => {
    fc.assert(
      fc.property(rotation(from), (one) => {
        const shifts = shiftsBetween(scheduleOf(one), start, end);
        expect(shifts[0]!.startsAt).toBeLessThanOrEqual(start);
        expect(shifts.at(-1)!.endsAt).toBeGreaterThanOrEqual(end);
        for (const [at, shift] of shifts.entries()) {
          const next = shifts[at + 1];
          if (!next) continue;
          expect(next.startsAt).toBeLessThanOrEqual(shift.endsAt);
          if (next.startsAt === shift.endsAt || next.startsAt < start || shift.endsAt >= end) continue;
          const shown = (instant: number) => wall.shown[(instant - start) / STEP_MS];
          expect(shown(next.startsAt)).toBe(shown(shift.endsAt));
        }
      }),
      { numRuns: 50 },
    );
  });

  test('has the same people on call at an instant as in its shifts', () => {
    fc.assert(
      fc.property(rotation(from), fc.integer({ min: 0, max: wall.shown.length - 1 }), (one, step) => {
        const at = start + step * STEP_MS;
        const schedule = scheduleOf(one);
        const inShifts = shiftsBetween(schedule, start, end).filter(
          (shift) => shift.startsAt <= at && at < shift.endsAt,
        );
        expect(onCall(schedule, at)).toEqual(inShifts);
        expect(inShifts.length).toBeGreaterThan(0);
      }),
      { numRuns: 50 },
    );
  });

  test('has a gap at an instant exactly where nobody is on call, on duty for some hours of some days', () => {
    const days = fc.subarray([...'mon tue wed thu fri sat sun'.split(' ')] as Weekday[], { minLength: 1 });
    const hour = fc.integer({ min: 0, max: 23 }).map((one) => clock(one * 60));
    const restrictions = fc.array(fc.record({ days, from: hour, until: hour }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(rotation(from), restrictions, fc.integer({ min: 0, max: wall.shown.length - 1 }), (one, on, step) => {
        const at = start + step * STEP_MS;
        const schedule = scheduleOf({ ...one, restrictions: on });
        const [first, last] = [at - 9 * DAY_MS, at + 9 * DAY_MS];
        const gaps = gapsBetween(shiftsBetween(schedule, first, last), first, last);
        expect(gaps.some((gap) => gap.startsAt <= at && at < gap.endsAt)).toBe(onCall(schedule, at).length === 0);
      }),
      { numRuns: 25 },
    );
  });

  test('goes through its people in order, before its anchor as well', () => {
    fc.assert(
      fc.property(rotation(until), (one) => {
        const count = one.memberIds.length;
        const shifts = shiftsBetween(scheduleOf(one), start, end);
        for (const [at, shift] of shifts.entries()) {
          const next = shifts[at + 1];
          if (!next) continue;
          const turn = one.memberIds.indexOf(shift.personId);
          const following = [1, 2].map((passed) => one.memberIds[(turn + passed) % count]);
          // A turn is passed over only where all of it was left out.
          if (next.startsAt === samoaLeaps && following[0] !== next.personId) expect(next.personId).toBe(following[1]);
          else expect(next.personId).toBe(following[0]);
        }
      }),
      { numRuns: 25 },
    );
  });
});

function clock(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

function date(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
