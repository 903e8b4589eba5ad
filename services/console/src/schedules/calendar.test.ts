import { expect, test } from '@jest/globals';
import type { Shift } from '../api/roster.ts';
import { fullHour, lanesOf, spanOf, weeksFrom } from './calendar.ts';

const HOUR = 3_600_000;
const shift = (id: string, kind: 'rotation' | 'override', source: string, startsAt: string, endsAt: string): Shift => ({
  person: { id, name: id },
  startsAt,
  endsAt,
  source: { kind, id: source },
});

test('weeks begin on Monday at midnight of the zone, and are as long as its clock makes them', () => {
  const weeks = weeksFrom('Europe/Berlin', Date.parse('2026-03-25T12:00Z'), 2);
  expect(weeks.map((week) => new Date(week.startsAt).toISOString())).toEqual([
    '2026-03-22T23:00:00.000Z',
    '2026-03-29T22:00:00.000Z',
  ]);
  expect(weeks.map((week) => (week.endsAt - week.startsAt) / HOUR)).toEqual([167, 168]);
  expect(weeks[0]!.days.map((day) => (day.endsAt - day.startsAt) / HOUR)).toEqual([24, 24, 24, 24, 24, 24, 23]);
  expect(weeksFrom('UTC', Date.parse('2026-03-23T00:00Z'), 1)[0]!.startsAt).toBe(Date.parse('2026-03-23T00:00Z'));
  expect(weeksFrom('UTC', Date.parse('2026-03-22T23:59Z'), 1)[0]!.startsAt).toBe(Date.parse('2026-03-16T00:00Z'));
});

test.each([
  ['UTC', '2026-01-05T10:29Z', '2026-01-05T10:00:00.000Z'],
  ['UTC', '2026-01-05T10:31Z', '2026-01-05T11:00:00.000Z'],
  ['Asia/Kolkata', '2026-01-05T10:29Z', '2026-01-05T10:30:00.000Z'],
  ['Asia/Kathmandu', '2026-01-05T10:29Z', '2026-01-05T10:15:00.000Z'],
  // Its clock goes half an hour forward on that day.
  ['Australia/Lord_Howe', '2026-10-03T13:50Z', '2026-10-03T13:30:00.000Z'],
  ['Australia/Lord_Howe', '2026-10-03T20:10Z', '2026-10-03T20:00:00.000Z'],
])('a full hour is one of the clock of the zone: %s, %s', (zone, at, hour) => {
  expect(new Date(fullHour(zone, Date.parse(at))).toISOString()).toBe(hour);
});

test('a week shows what reaches into it, cut at its ends, overrides beside each other where they are on at once', () => {
  const [week] = weeksFrom('UTC', Date.parse('2026-01-05T00:00Z'), 1);
  const shifts = [
    shift('ada', 'rotation', 'weekly', '2026-01-01T00:00Z', '2026-01-08T12:00Z'),
    shift('ben', 'override', 'a', '2026-01-06T00:00Z', '2026-01-07T00:00Z'),
    shift('cleo', 'override', 'b', '2026-01-06T12:00Z', '2026-01-07T12:00Z'),
    shift('dee', 'override', 'c', '2026-01-07T00:00Z', '2026-01-07T06:00Z'),
    shift('eli', 'rotation', 'weekly', '2026-01-12T00:00Z', '2026-01-13T00:00Z'),
  ];
  const gaps = [{ startsAt: '2026-01-08T12:00Z', endsAt: '2026-01-12T00:00Z' }];
  const lanes = lanesOf(week!, { shifts, gaps }, ['weekly', 'unused']);
  expect(lanes.map(({ name, bars }) => [name, ...bars.map((bar) => bar.shift?.person.id ?? 'nobody')])).toEqual([
    ['Nobody', 'nobody'],
    ['Overrides', 'ben', 'dee'],
    ['', 'cleo'],
    ['weekly', 'ada'],
  ]);
  expect(lanes[3]!.bars[0]).toMatchObject({ left: 0, width: 0.5 });
  expect(lanes[0]!.bars[0]).toMatchObject({ left: 0.5, width: 0.5 });
});

test('an override’s times are the zone’s, or instants', () => {
  const at = (text: string) => Date.parse(text);
  expect(spanOf({ from: '2026-07-01T09:00', until: '2026-07-01T09:00Z' }, 'Europe/Berlin')).toEqual({
    startsAt: at('2026-07-01T07:00Z'),
    endsAt: at('2026-07-01T09:00Z'),
  });
});
