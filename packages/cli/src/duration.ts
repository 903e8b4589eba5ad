import { z } from 'zod';

const UNITS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A length of time such as `90s`, `5m` or `1h30m`, as milliseconds. */
export const duration = z.string().transform((text, context) => {
  const parts = [...text.matchAll(/(\d+)(ms|s|m|h|d)/g)];
  if (text === '' || parts.map(([whole]) => whole).join('') !== text) {
    context.addIssue({ code: 'custom', message: 'must be a length of time, such as 90s, 5m or 1h30m' });
    return z.NEVER;
  }
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNITS[unit ?? 'ms'] ?? 1), 0);
});
