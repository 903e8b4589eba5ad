/** Rows with their columns under each other. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => [...(row[i] ?? '')].length)));
  const line = (row: readonly string[]) => row.map((cell, i) => cell + ' '.repeat(widths[i]! - [...cell].length));
  return rows.map((row) => line(row).join('  ').trimEnd()).join('\n');
}

/** How long, in the two largest units: "42s", "3m 20s", "2h 5m", "4d 3h". */
export function age(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const [minutes, hours, days] = [Math.floor(seconds / 60), Math.floor(seconds / 3_600), Math.floor(seconds / 86_400)];
  if (minutes === 0) return `${seconds}s`;
  if (hours === 0) return `${minutes}m ${seconds % 60}s`;
  return days === 0 ? `${hours}h ${minutes % 60}m` : `${days}d ${hours % 24}h`;
}

/** Words of others, on one line and without what a terminal would obey. */
export function plain(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ').trim();
}
