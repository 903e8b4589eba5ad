import { describe, expect, test } from '@jest/globals';
import { ticksUpTo, tickWords } from './kpi-axis.ts';

const words = (most: number, unit: 'ms' | 'count') => ticksUpTo(most, unit).map((one) => tickWords(one, unit));

describe('an axis', () => {
  test.each([
    ['nothing', 0, 'count', ['0', '1']],
    ['few', 3, 'count', ['0', '1', '2', '3']],
    ['many', 240, 'count', ['0', '50', '100', '150', '200', '250']],
    ['a part of a second', 850, 'ms', ['0', '200 ms', '400 ms', '600 ms', '800 ms', '1 s']],
    ['some minutes', 7.5 * 60_000, 'ms', ['0', '2 min', '4 min', '6 min', '8 min']],
    ['hours', 7_900_000, 'ms', ['0', '30 min', '1 h', '1.5 h', '2 h', '2.5 h']],
    ['days', 9 * 86_400_000, 'ms', ['0', '2 d', '4 d', '6 d', '8 d', '10 d']],
  ] as const)('over %s is marked as a clock or a ruler is', (_what, most, unit, expected) => {
    expect(words(most, unit)).toEqual(expected);
  });

  test('reaches what is drawn, in few steps', () => {
    for (let most = 1; most < 1e10; most = Math.ceil(most * 1.37)) {
      for (const unit of ['ms', 'count'] as const) {
        const ticks = ticksUpTo(most, unit);
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(most);
        expect(ticks.length).toBeLessThanOrEqual(6);
      }
    }
  });
});
