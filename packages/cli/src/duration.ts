import { z } from 'zod';

const UNITS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const LONGEST_MS = 30 * 86_400_000;

/** A length of time such as `90s`, `5m` or `1h30m`, as milliseconds: at least `leastMs`, at most 30 days. */
export function duration(leastMs = 0) {
  return z.string('must be a length of time, such as 90s, 5m or 1h30m').transform((text, context) => {
    const refuse = (message: string) => {
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    };
    const parts = [...text.matchAll(/(\d+)(ms|s|m|h|d)/g)];
    if (text === '' || parts.map(([whole]) => whole).join('') !== text)
      return refuse('must be a length of time, such as 90s, 5m or 1h30m');
    const sum = parts.reduce((total, [, amount, unit]) => total + Number(amount) * UNITS[unit!]!, 0);
    if (sum < leastMs) return refuse(`must be at least ${leastMs}ms`);
    return sum > LONGEST_MS ? refuse('must be at most 30d') : sum;
  });
}
