const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long, in the two largest units that matter: "42 s", "3 min 20 s", "2 h 5 min", "4 d 3 h". */
export function duration(ms: number): string {
  const left = Math.max(0, ms);
  if (left < MINUTE) return `${Math.floor(left / 1_000)} s`;
  if (left < 10 * MINUTE) return `${Math.floor(left / MINUTE)} min ${Math.floor((left % MINUTE) / 1_000)} s`;
  if (left < HOUR) return `${Math.floor(left / MINUTE)} min`;
  if (left < DAY) return `${Math.floor(left / HOUR)} h ${Math.floor((left % HOUR) / MINUTE)} min`;
  return `${Math.floor(left / DAY)} d ${Math.floor((left % DAY) / HOUR)} h`;
}

const clockToday = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const clockOther = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });

/** The viewer's clock: today to the second, other days with their date. */
export function clock(instant: string, now: number): string {
  const at = new Date(instant);
  return new Date(now).toDateString() === at.toDateString() ? clockToday.format(at) : clockOther.format(at);
}

/** With zone and date, for whoever wants to be sure. */
export function wholeClock(instant: string): string {
  return whole.format(new Date(instant));
}
