import { describe, expect, test } from '@jest/globals';
import {
  type RestrictionDefinition,
  type RotationDefinition,
  readSchedule,
  type ScheduleDefinition,
} from './schedule.ts';
import { onCall, shiftsBetween } from './shifts.ts';

function rotation(fields: Partial<RotationDefinition> = {}): RotationDefinition {
  return {
    id: 'r',
    every: 'day',
    length: 1,
    handoffTime: '02:30',
    anchorDate: '2026-01-01',
    memberIds: ['a', 'b'],
    restrictions: [],
    ...fields,
  };
}

function told(
  from: string,
  until: string,
  fields: Partial<RotationDefinition>,
  more: Partial<ScheduleDefinition> = {},
): string[] {
  const schedule = readSchedule({
    id: 's',
    name: 'S',
    timeZone: 'Europe/Berlin',
    rotations: [rotation(fields)],
    overrides: [],
    ...more,
  });
  return shiftsBetween(schedule, Date.parse(from), Date.parse(until)).map(
    ({ personId, startsAt, endsAt, source }) => `${personId} ${iso(startsAt)} ${iso(endsAt)} ${source}`,
  );
}

function iso(at: number): string {
  return new Date(at).toISOString().slice(5, 16);
}

describe('a handoff', () => {
  test('at a time that the clock leaves out is at the first instant after it', () => {
    expect(told('2026-03-28T12:00Z', '2026-03-29T12:00Z', {})).toEqual([
      'a 03-28T01:30 03-29T01:00 rotation r',
      'b 03-29T01:00 03-30T00:30 rotation r',
    ]);
  });

  test('at a time that the clock shows twice begins at the first and ends at the last: both are on call', () => {
    expect(told('2026-10-24T12:00Z', '2026-10-25T12:00Z', {})).toEqual([
      'a 10-24T00:30 10-25T01:30 rotation r',
      'b 10-25T00:30 10-26T01:30 rotation r',
    ]);
  });

  test('in a day that was left out is passed over', () => {
    const samoa = { timeZone: 'Pacific/Apia' };
    const turns = { handoffTime: '00:00', anchorDate: '2011-12-29', memberIds: ['a', 'b', 'c'] };
    expect(told('2011-12-29T12:00Z', '2011-12-30T12:00Z', turns, samoa)).toEqual([
      'a 12-29T10:00 12-30T10:00 rotation r',
      'c 12-30T10:00 12-31T10:00 rotation r',
    ]);
  });
});

describe('restrictions', () => {
  const nights: RestrictionDefinition = { days: ['fri'], from: '22:00', until: '06:00' };

  test('cut a turn to when it is on duty, over midnight as well', () => {
    expect(told('2026-01-05T00:00Z', '2026-01-12T00:00Z', { every: 'week', restrictions: [nights] })).toEqual([
      'b 01-09T21:00 01-10T05:00 rotation r',
    ]);
  });

  test('that touch are one shift', () => {
    const restrictions: RestrictionDefinition[] = [
      { days: ['fri'], from: '08:00', until: '24:00' },
      { days: ['sat'], from: '00:00', until: '12:00' },
    ];
    expect(told('2026-01-05T00:00Z', '2026-01-12T00:00Z', { every: 'week', restrictions })).toEqual([
      'b 01-09T07:00 01-10T11:00 rotation r',
    ]);
  });

  test('follow the wall clock over a night that is an hour longer', () => {
    const saturday: RestrictionDefinition = { days: ['sat'], from: '22:00', until: '06:00' };
    expect(told('2026-10-24T00:00Z', '2026-10-26T00:00Z', { every: 'week', restrictions: [saturday] })).toEqual([
      'a 10-24T20:00 10-25T05:00 rotation r',
    ]);
  });
});

describe('an override', () => {
  const override = { id: 'o', personId: 'x', from: '2026-01-03T12:00', until: '2026-01-03T18:00Z' };

  test('takes the place of everybody, and gives it back', () => {
    expect(told('2026-01-03T02:00Z', '2026-01-04T00:00Z', {}, { overrides: [override] })).toEqual([
      'a 01-03T01:30 01-03T11:00 rotation r',
      'x 01-03T11:00 01-03T18:00 override o',
      'a 01-03T18:00 01-04T01:30 rotation r',
    ]);
  });

  test('of one rotation leaves the others alone', () => {
    const rotations = [rotation(), rotation({ id: 'other', memberIds: ['c'] })];
    const schedule = readSchedule({
      id: 's',
      name: 'S',
      timeZone: 'Europe/Berlin',
      rotations,
      overrides: [{ ...override, rotationId: 'r' }],
    });
    const people = onCall(schedule, Date.parse('2026-01-03T15:00Z')).map(({ personId }) => personId);
    expect(people.sort()).toEqual(['c', 'x']);
  });

  test('of an hour that comes twice lasts through both', () => {
    const twice = { id: 'o', personId: 'x', from: '2026-10-25T02:15', until: '2026-10-25T02:45' };
    expect(told('2026-10-25T00:20Z', '2026-10-25T01:40Z', {}, { overrides: [twice] })).toContain(
      'x 10-25T00:15 10-25T01:45 override o',
    );
  });
});
