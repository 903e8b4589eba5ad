import type { NotificationKind } from '../escalation-types.ts';
import type { LadderEntry } from './ladder-types.ts';

/** Readers of what an entry says. A log may hold what a newer version wrote: what is not as expected reads as nothing. */

export function text(entry: LadderEntry, field: string): string {
  const value = entry.data[field];
  return typeof value === 'string' ? value : '';
}

export function texts(entry: LadderEntry, field: string): string[] {
  const value = entry.data[field];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

export function number(entry: LadderEntry, field: string): number | null {
  const value = entry.data[field];
  return typeof value === 'number' ? value : null;
}

export function flag(entry: LadderEntry, field: string): boolean {
  return entry.data[field] === true;
}

/** Digits as a number; 0 where there are none. */
export function count(digits: string | undefined): number {
  return Number(digits) || 0;
}

export interface NotificationParts {
  round: number;
  layer: number;
  personId: string;
  contactMethodId: string;
  repeat: number;
  kind: NotificationKind;
}

/** The parts of a notification's id, as `NotificationKey` says. */
export function partsOf(notificationId: string): NotificationParts {
  const [round, layer, personId = '', contactMethodId = '', repeat, kind] = notificationId.split('/').slice(-6);
  return {
    round: count(round),
    layer: count(layer),
    personId,
    contactMethodId,
    repeat: count(repeat),
    kind: kind as NotificationKind,
  };
}
