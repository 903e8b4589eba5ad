import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Settings, SettingsSchema } from '@tocsin/proto/analytics/v1';
import { z } from 'zod';
import { named } from '../../openapi/components.ts';
import { timeZoneSchema } from './time-zone.ts';

const timeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):(00|15|30|45)$|^24:00$/, 'is a quarter of an hour, such as 08:30')
  .describe('A quarter of an hour, such as `08:30`; `24:00` is the end of the day.');
const hours = z.strictObject({ from: timeOfDay, until: timeOfDay });
const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

export const clockSchema = named(
  'KpiClock',
  z.strictObject({
    timeZone: timeZoneSchema,
    workingHours: hours.describe('All else is out of hours.'),
    workingDays: z.array(z.enum(WEEKDAYS)).min(1).max(7),
    night: hours.describe('In each person’s own zone, over midnight where it ends before it begins.'),
  }),
);

type Clock = z.output<typeof clockSchema>;

export function clockView(settings: Settings): Clock {
  const { timeZone, workFromMinute, workUntilMinute, workDays, nightFromMinute, nightUntilMinute } = settings;
  return {
    timeZone,
    workingHours: { from: timeText(workFromMinute), until: timeText(workUntilMinute) },
    workingDays: workDays.map((day) => WEEKDAYS[day - 1]!),
    night: { from: timeText(nightFromMinute), until: timeText(nightUntilMinute) },
  };
}

export function settingsOf({ timeZone, workingHours, workingDays, night }: Clock) {
  return {
    timeZone,
    workFromMinute: minuteOf(workingHours.from),
    workUntilMinute: minuteOf(workingHours.until),
    workDays: workingDays.map((day) => WEEKDAYS.indexOf(day) + 1),
    nightFromMinute: minuteOf(night.from),
    nightUntilMinute: minuteOf(night.until),
  } satisfies MessageInitShape<typeof SettingsSchema>;
}

function timeText(minute: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

function minuteOf(text: string): number {
  const [hour = 0, minute = 0] = text.split(':').map(Number);
  return hour * 60 + minute;
}
