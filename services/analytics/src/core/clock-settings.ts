/** How an organisation reads clocks. Minutes count from midnight. */
export interface ClockSettings {
  timeZone: string;
  /** Working hours; all else is out of hours. */
  workFromMinute: number;
  workUntilMinute: number;
  /** ISO: 1 Monday to 7 Sunday. */
  workDays: number[];
  /** When people sleep. */
  nightFromMinute: number;
  nightUntilMinute: number;
}

/** Out of hours is 18:00 to 08:00 and the weekend. */
export const DEFAULT_CLOCK: ClockSettings = {
  timeZone: 'UTC',
  workFromMinute: 8 * 60,
  workUntilMinute: 18 * 60,
  workDays: [1, 2, 3, 4, 5],
  nightFromMinute: 22 * 60,
  nightUntilMinute: 8 * 60,
};

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** Whether a wall-clock time is outside of working hours. */
export function isOutOfHours(wall: number, settings: ClockSettings): boolean {
  const minute = minuteOf(wall);
  // 1970-01-01 was a Thursday.
  const weekday = ((((Math.floor(wall / DAY_MS) + 3) % 7) + 7) % 7) + 1;
  return !settings.workDays.includes(weekday) || minute < settings.workFromMinute || minute >= settings.workUntilMinute;
}

/** The night that a wall-clock time is in, as the day (since 1970) whose evening it begins in; null by day. */
export function nightOf(
  wall: number,
  { nightFromMinute: from, nightUntilMinute: until }: ClockSettings,
): number | null {
  const day = Math.floor(wall / DAY_MS);
  const minute = minuteOf(wall);
  if (from < until) return minute >= from && minute < until ? day : null;
  if (minute >= from) return day;
  return minute < until ? day - 1 : null;
}

export function hourOf(wall: number): number {
  return Math.floor(minuteOf(wall) / 60);
}

function minuteOf(wall: number): number {
  return Math.floor((((wall % DAY_MS) + DAY_MS) % DAY_MS) / MINUTE_MS);
}
