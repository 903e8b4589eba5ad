import { expect, test } from '@jest/globals';
import { between } from './document.ts';
import { markdown } from './markdown.ts';
import { percentile, spreadOf } from './percentiles.ts';

test('a percentile is a value that was measured', () => {
  expect(percentile([5], 0.99)).toBe(5);
  expect(percentile([3, 1, 2, 4], 0.5)).toBe(2);
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(spreadOf(hundred)).toEqual({ n: 100, p50: 50, p95: 95, p99: 99, max: 100 });
});

test('what was expected and is not met is marked', () => {
  const text = markdown({
    about: [['machine', '2 cores']],
    findings: [
      {
        name: 'latency',
        finding: {
          rows: [
            { measure: 'POST → request', result: '90 ms', expected: { what: '≤ 80 ms', met: false } },
            { measure: 'pages', result: '2' },
          ],
        },
      },
    ],
  });
  expect(text).toContain('| machine | 2 cores |');
  expect(text).toContain('| POST → request | 90 ms | ≤ 80 ms: **missed** |');
  expect(text).toContain('| pages | 2 | |');
});

test('a run replaces what stands between the marks and nothing else', () => {
  const page = 'before\n<!-- measured -->\nold\n<!-- end of measured -->\nafter\n';
  expect(between(page, 'new')).toBe('before\n<!-- measured -->\n\nnew\n\n<!-- end of measured -->\nafter\n');
  expect(() => between('no marks', 'new')).toThrow('measured');
});
