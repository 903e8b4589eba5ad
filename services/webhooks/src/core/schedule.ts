const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Between an attempt and the next: ten attempts, the last of them three days after the first. */
export const RETRY_DELAYS_MS: readonly number[] = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  20 * HOUR + 25 * MINUTE,
];

const JITTER = 0.1;

/**
 * How long to wait after a failed attempt, of which `tries` were made; null: it is given up. Up to a tenth longer than the schedule
 * says, so that what failed together does not come back together. `random` is from 0 to 1.
 */
export function retryDelayMs(delaysMs: readonly number[], tries: number, random: number): number | null {
  const delay = delaysMs[tries - 1];
  return delay === undefined ? null : delay + Math.round(delay * JITTER * random);
}

/** How long a receiver fails on end before its webhook is disabled: as long as one message is tried. */
export function patienceMs(delaysMs: readonly number[]): number {
  return delaysMs.reduce((sum, delay) => sum + delay, 0);
}
