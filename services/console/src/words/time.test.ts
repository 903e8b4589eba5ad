import { expect, test } from '@jest/globals';
import { span, stopwatch } from './time.ts';

test.each([
  [0, '0 ms'],
  [500, '500 ms'],
  [1_500, '1 s'],
  [120_000, '2 min'],
  [90_000, '1 min 30 s'],
  [3_600_000, '1 h'],
  [129_600_000, '1 d 12 h'],
])('%i ms are %s', (ms, words) => {
  expect(span(ms)).toBe(words);
});

test.each([
  [0, '0:00'],
  [15_000, '0:15'],
  [820_000, '13:40'],
  [3_900_000, '1:05:00'],
])('%i ms show as %s', (ms, words) => {
  expect(stopwatch(ms)).toBe(words);
});
