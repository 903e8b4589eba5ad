import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { statistics } from '../src/index.ts';

test('nothing has no median', () => {
  expect(statistics(new Float64Array())).toEqual({ n: 0, sum: 0, median: null, p90: null, p95: null });
});

test('percentiles are the values at their places in order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 300 }), (values) => {
      const ordered = values.toSorted((a, b) => a - b);
      // By definition: the least value with at least so many percent of all values at or below it.
      const place = (percent: number) =>
        ordered.find((value) => ordered.filter((one) => one <= value).length * 100 >= percent * ordered.length);
      expect(statistics(Float64Array.from(values))).toEqual({
        n: values.length,
        sum: values.reduce((sum, value) => sum + value, 0),
        median: place(50),
        p90: place(90),
        p95: place(95),
      });
    }),
  );
});
