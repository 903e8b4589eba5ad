import { z } from 'zod';

export const timeZoneSchema = z.string().max(64).refine(isTimeZone, 'is no IANA time zone').describe('IANA.');

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
