import type { KpiDefinition } from '../api/kpis.ts';
import { count } from './kpi-words.ts';

const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000];
const MOST_STEPS = 5;
/** Steps that a clock has: nobody reads 33 min 20 s off an axis. */
const CLOCK_STEPS = [
  ...[10, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
];

/** Where an axis is marked, from 0 to the first mark at or above the most that is drawn. */
export function ticksUpTo(most: number, unit: KpiDefinition['unit']): number[] {
  const known = unit === 'ms' ? CLOCK_STEPS.find((one) => most <= one * MOST_STEPS) : undefined;
  const step = known ?? decimalStep(most, unit === 'ms' ? DAY : 1);
  return Array.from({ length: Math.max(1, Math.ceil(most / step)) + 1 }, (_, i) => i * step);
}

/** 1, 2 or 5 times a power of ten, in a unit. */
function decimalStep(most: number, unit: number): number {
  const least = Math.max(most / MOST_STEPS, unit) / unit;
  const power = 10 ** Math.floor(Math.log10(least));
  return unit * power * ([1, 2, 5].find((one) => one * power >= least) ?? 10);
}

export function tickWords(value: number, unit: KpiDefinition['unit']): string {
  if (unit === 'count' || value === 0) return count(value);
  const [size, words] = [
    [DAY, 'd'],
    [HOUR, 'h'],
    [MINUTE, 'min'],
    [SECOND, 's'],
    [1, 'ms'],
  ].find(([one]) => value >= Number(one)) as [number, string];
  return `${Number((value / size).toFixed(1))} ${words}`;
}
