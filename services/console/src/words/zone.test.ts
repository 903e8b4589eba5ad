import { expect, test } from '@jest/globals';
import { instantOf, localText, wallOf } from './zone.ts';

test.each([
  ['Europe/Berlin', '2026-01-05T08:00:00Z', '2026-01-05T09:00'],
  ['Europe/Berlin', '2026-07-05T08:00:00Z', '2026-07-05T10:00'],
  ['America/New_York', '2026-01-05T03:00:00Z', '2026-01-04T22:00'],
  ['Asia/Kolkata', '2026-01-05T00:00:00Z', '2026-01-05T05:30'],
  ['Australia/Lord_Howe', '2026-01-05T00:00:00Z', '2026-01-05T11:00'],
])('a clock in %s shows at %s %s, and back', (zone, instant, shown) => {
  const at = Date.parse(instant);
  expect(localText(zone, at)).toBe(shown);
  expect(instantOf(zone, wallOf(zone, at))).toBe(at);
});

test('midnight is the day’s first instant also where the clock changes on that day', () => {
  const midnights = ['2026-03-29', '2026-03-30', '2026-10-25', '2026-10-26'].map((day) =>
    new Date(instantOf('Europe/Berlin', Date.parse(`${day}T00:00Z`))).toISOString(),
  );
  expect(midnights).toEqual([
    '2026-03-28T23:00:00.000Z',
    '2026-03-29T22:00:00.000Z',
    '2026-10-24T22:00:00.000Z',
    '2026-10-25T23:00:00.000Z',
  ]);
});
