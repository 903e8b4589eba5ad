const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(zone, made);
  return made;
}

/** The viewer's own. */
export function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** What a zone's clock shows at an instant, as if it were UTC: milliseconds that are only good for calendars. */
export function wallOf(zone: string, at: number): number {
  const parts = formatOf(zone).formatToParts(at);
  const [year, month, day, hour, minute, second] = (['year', 'month', 'day', 'hour', 'minute', 'second'] as const).map(
    (type) => Number(parts.find((one) => one.type === type)?.value),
  ) as [number, number, number, number, number, number];
  return Date.UTC(year, month - 1, day, hour, minute, second) + (((at % 1_000) + 1_000) % 1_000);
}

/** The instant at which a zone's clock shows that; where it leaves that out, the one it leaps to. */
export function instantOf(zone: string, wall: number): number {
  const guess = wall - (wallOf(zone, wall) - wall);
  return wall - (wallOf(zone, guess) - guess);
}

/** As a field for local times wants it: "2026-12-24T18:00" on a zone's clock. */
export function localText(zone: string, at: number): string {
  return new Date(wallOf(zone, at)).toISOString().slice(0, 16);
}

/** "Mon, 5 Jan, 09:00" on a zone's clock. */
export function clockIn(zone: string, at: number): string {
  const options = { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' } as const;
  return new Intl.DateTimeFormat(undefined, { timeZone: zone, ...options }).format(at);
}

/** "Mon 5", and with the month where that is new to the reader. */
export function dayIn(zone: string, at: number, withMonth: boolean): string {
  const options = { weekday: 'short', day: 'numeric' } as const;
  const month = withMonth ? ({ month: 'short' } as const) : {};
  return new Intl.DateTimeFormat(undefined, { timeZone: zone, ...options, ...month }).format(at);
}
