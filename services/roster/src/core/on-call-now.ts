import type { Target } from '@tocsin/domain';
import { type Directory, resolveTargets } from './resolve.ts';
import type { Schedule } from './schedule.ts';
import { onCall, shiftsBetween } from './shifts.ts';

export interface OnCallPerson {
  personId: string;
  because: string;
  /** The end of the shift; absent where no shift makes it so. */
  until?: number;
  unreachable: boolean;
}

/** How far ahead the end of a gap is looked for. */
const LOOKED_AHEAD_MS = 14 * 86_400_000;

/** Who is on call in a schedule at an instant, until when and why; of a gap, when it ends. The one resolver says it. */
export function scheduleOnCall(
  directory: Directory,
  schedule: Schedule,
  at: number,
): { people: OnCallPerson[]; nextAt?: number } {
  const people = onCall(schedule, at).map(({ personId, source, endsAt }) => ({
    personId,
    because: `schedule ${schedule.id}, ${source}`,
    until: endsAt,
    unreachable: (directory.people.get(personId)?.contactMethods.length ?? 0) === 0,
  }));
  if (people.length > 0) return { people };
  const next = shiftsBetween(schedule, at, at + LOOKED_AHEAD_MS)[0];
  return next ? { people, nextAt: next.startsAt } : { people };
}

/** Who a layer would page at an instant: exactly what an escalation hears, and until when each is on call for it. */
export function layerOnCall(
  directory: Directory,
  targets: readonly Target[],
  at: number,
): { people: OnCallPerson[]; gaps: string[] } {
  const { people, gaps } = resolveTargets(directory, targets, at);
  const ends = new Map<string, number>();
  for (const { kind, id } of targets) {
    const schedule = kind === 'schedule' ? directory.schedules.get(id) : undefined;
    for (const { personId, source, endsAt } of schedule ? onCall(schedule, at) : []) {
      ends.set(`${personId}|schedule ${id}, ${source}`, endsAt);
    }
  }
  return {
    people: people.map(({ personId, because }) => {
      const until = ends.get(`${personId}|${because}`);
      return { personId, because, unreachable: false, ...(until === undefined ? {} : { until }) };
    }),
    gaps,
  };
}
