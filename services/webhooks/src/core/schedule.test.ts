import { describe, expect, test } from '@jest/globals';
import { patienceMs, RETRY_DELAYS_MS, retryDelayMs } from './schedule.ts';

const HOUR = 3_600_000;

describe('the schedule of attempts', () => {
  test('ends three days after the first attempt', () => {
    expect(RETRY_DELAYS_MS).toHaveLength(9);
    expect(Math.abs(patienceMs(RETRY_DELAYS_MS) - 72 * HOUR)).toBeLessThan(5_000 + 5 * 60_000);
  });

  test('waits at least as long as it says, and a tenth longer at most', () => {
    for (const [i, delay] of RETRY_DELAYS_MS.entries()) {
      expect(retryDelayMs(RETRY_DELAYS_MS, i + 1, 0)).toBe(delay);
      expect(retryDelayMs(RETRY_DELAYS_MS, i + 1, 1)).toBe(Math.round(delay * 1.1));
    }
  });

  test('gives up after the last', () => {
    expect(retryDelayMs(RETRY_DELAYS_MS, 10, 0)).toBeNull();
    expect(retryDelayMs([], 1, 0)).toBeNull();
  });
});
