const ISO = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d{1,9}))?\s?(Z|z|[+-]\d\d:?\d\d)$/;
const EARLIEST = Date.UTC(2000, 0);
const LATEST = Date.UTC(2200, 0);

/**
 * The instant a source names, in epoch milliseconds: ISO 8601 with its offset, or epoch seconds or milliseconds as a number
 * or as digits. Undefined where it cannot be read, or would have to be guessed: a time without an offset is in somebody's zone.
 */
export function sourceTime(value: unknown): number | undefined {
  if (typeof value === 'number') return epoch(value);
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (/^\d{9,13}(\.\d{1,9})?$/.test(text)) return epoch(Number(text));
  const [, date, time, fraction = '0', zone] = ISO.exec(text) ?? [];
  if (!date || !time || !zone) return undefined;
  const offset = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase();
  const seconds = time.length === 5 ? `${time}:00` : time;
  return plausible(Date.parse(`${date}T${seconds}.${fraction.padEnd(3, '0').slice(0, 3)}${offset}`));
}

function epoch(value: number): number | undefined {
  return plausible(Math.round(Math.abs(value) < 1e11 ? value * 1_000 : value));
}

function plausible(at: number): number | undefined {
  return at >= EARLIEST && at < LATEST ? at : undefined;
}
