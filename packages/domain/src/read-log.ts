import type { Target } from './escalation-types.ts';
import type { LogEntry } from './plan-types.ts';

/** A field of an entry that holds ids; empty where it has none. */
export function logged(entry: LogEntry, field: string): string[] {
  const value = entry.data[field];
  return Array.isArray(value) ? value : [];
}

export function text(entry: LogEntry, field: string): string {
  const value = entry.data[field];
  return typeof value === 'string' ? value : '';
}

export function number(entry: LogEntry, field: string): number | null {
  const value = entry.data[field];
  return typeof value === 'number' ? value : null;
}

/** A target as entries name it: "schedule s". */
export function targetIn(said: string): Target {
  const space = said.indexOf(' ');
  return { kind: said.slice(0, space) as Target['kind'], id: said.slice(space + 1) };
}

/** The last parts of a notification's id: see `NotificationKey`. */
export function notificationIn(id: string) {
  const [personId = '', contactMethodId = '', repeat = '', kind = ''] = id.split('/').slice(-4);
  return { personId, contactMethodId, repeat: Number(repeat), kind };
}
