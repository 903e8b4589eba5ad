import { parseChatAddress, parsePushAddress } from '@tocsin/domain';
import { z } from 'zod';

/** The single words of a file. What the roster asks of them is asked here first, since only here is the line known. */

export const id = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/,
    'must be 1 to 100 letters, digits, ".", "_" or "-", and begin with one of the first two',
  );
export const name = z.string().trim().min(1, 'must not be empty').max(200, 'must have at most 200 characters');
export const address = z.string().regex(/^\+[1-9]\d{7,14}$/, 'must be a number in E.164, such as +12125550123');
export const chatAddress = z.string().superRefine((text, ctx) => {
  const parsed = parseChatAddress(text);
  if (typeof parsed === 'string') ctx.addIssue({ code: 'custom', message: parsed });
});
/** Of a browser: mostly the browser makes it itself, in the console, and no file has it. */
export const pushAddress = z.string().superRefine((text, ctx) => {
  const parsed = parsePushAddress(text);
  if (typeof parsed === 'string') ctx.addIssue({ code: 'custom', message: parsed });
});
export const deviceName = z.string().trim().min(1, 'must not be empty').max(80, 'must have at most 80 characters');
/** It stands in a URL's path as it is, and must not be guessed. */
export const key = z
  .string()
  .regex(/^[A-Za-z0-9._~-]{16,200}$/, 'must be 16 to 200 letters, digits, ".", "_", "~" or "-"');
export const timeZone = z.string().refine(isTimeZone, 'must be an IANA time zone, such as Europe/Berlin');
export const locale = z.string().refine(isLocale, 'must be a language tag, such as en');
export const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day, such as 09:00');
export const endTime = z
  .string()
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'must be a time of day up to 24:00, such as 17:00');
export const date = z.iso.date('must be a date, such as 2026-01-05');
export const weekday = z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']);
export const moment = z.string().refine(isMoment, 'must be a date and time, such as 2026-12-24T18:00');

/** An offset is no zone: it does not know when clocks change. */
function isTimeZone(text: string): boolean {
  if (/^(UTC|GMT)?[+-]/i.test(text)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}

function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

/** With "Z" or an offset an instant; without one, wall-clock time of the schedule's zone. */
function isMoment(text: string): boolean {
  return (
    /^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?(Z|[+-]\d\d:\d\d)?$/.test(text) &&
    date.safeParse(text.slice(0, 10)).success
  );
}
