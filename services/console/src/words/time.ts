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

/** A length of time that somebody set, to the second: "2 min", "1 min 30 s", "1 d 12 h". */
export function span(ms: number): string {
  const units: [number, string][] = [
    [DAY, 'd'],
    [HOUR, 'h'],
    [MINUTE, 'min'],
    [1_000, 's'],
  ];
  const parts = units.map(([unit, word], at) => {
    const left = at === 0 ? ms : ms % units[at - 1]![0];
    return left < unit ? '' : `${Math.floor(left / unit)} ${word}`;
  });
  return parts.filter(Boolean).join(' ') || `${ms} ms`;
}

/** Since something began, as a stopwatch shows it: "0:15", "13:40", "1:05:00". */
export function stopwatch(ms: number): string {
  const [hours, minutes, seconds] = [Math.floor(ms / HOUR), Math.floor(ms / MINUTE) % 60, Math.floor(ms / 1_000) % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
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
