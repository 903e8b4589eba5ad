import type { CarrierLine, LogLine } from './compare.ts';

export interface Names {
  /** A person's name by their phone's number. */
  names: ReadonlyMap<string, string>;
}

/** What was decided and what was done, in order, with the milliseconds since the alert was sent. */
export function timeline(
  log: readonly LogLine[],
  carrier: readonly CarrierLine[],
  startedAt: number,
  { names }: Names,
): string[] {
  const rows = [
    ...log.map(({ kind, at, data }) => ({ at, source: 'incident', text: `${kind}${details(data)}` })),
    ...carrier.map(({ at, channel, to }) => ({ at, source: 'carrier', text: `${channel} to ${names.get(to) ?? to}` })),
  ];
  return rows
    .sort((a, b) => a.at - b.at)
    .map(({ at, source, text }) => `${String(at - startedAt).padStart(7)} ms  ${source.padEnd(9)} ${text}`);
}

const told = ['person', 'people', 'channel', 'receipt', 'layer', 'reason', 'because'];

function details(data: Record<string, unknown>): string {
  const parts = told
    .filter((name) => data[name] !== undefined && data[name] !== '')
    .map((name) => `${name} ${[data[name]].flat().join(', ')}`);
  return parts.length > 0 ? `: ${parts.join('; ')}` : '';
}
