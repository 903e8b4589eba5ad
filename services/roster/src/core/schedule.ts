import type { IANAZone } from 'luxon';
import { type Interval, intervalOf } from './intervals.ts';
import { DAY_MS, type Occurrences, occurrences, parseDay, parseTime, zoneOf } from './wall-clock.ts';

export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';

/** As it is written and stored: wall-clock texts, which only mean instants together with the zone. */
export interface ScheduleDefinition {
  id: string;
  name: string;
  timeZone: string;
  rotations: RotationDefinition[];
  overrides: OverrideDefinition[];
}

export interface RotationDefinition {
  id: string;
  every: 'day' | 'week';
  /** How many days or weeks a turn lasts. */
  length: number;
  /** "HH:MM", when one turn ends and the next begins. */
  handoffTime: string;
  /** "YYYY-MM-DD", a day on which the first member's turn begins. The order goes on without end after and before it. */
  anchorDate: string;
  memberIds: string[];
  /** When the rotation is on duty; empty: always. */
  restrictions: RestrictionDefinition[];
}

export interface RestrictionDefinition {
  days: Weekday[];
  /** "HH:MM". */
  from: string;
  /** "HH:MM", up to "24:00"; not after `from`: on the next day. */
  until: string;
}

export interface OverrideDefinition {
  id: string;
  personId: string;
  /** Wall-clock time in the schedule's zone, such as "2026-12-24T18:00", or an instant with "Z" or an offset. */
  from: string;
  until: string;
  /** The one rotation whose people it replaces; absent: everybody of the schedule. */
  rotationId?: string | undefined;
}

/** A schedule with its texts read, ready to be asked. */
export interface Schedule {
  id: string;
  zone: IANAZone;
  rotations: Rotation[];
  overrides: (Interval & { id: string; personId: string; rotationId: string | undefined })[];
}

export interface Rotation {
  id: string;
  stepDays: number;
  handoffMs: number;
  anchorDay: number;
  memberIds: string[];
  restrictions: Restriction[];
}

interface Restriction {
  /** Days of the week on which it begins, Monday 0. */
  weekdays: ReadonlySet<number>;
  fromMs: number;
  /** After `fromMs`; past 24 hours where it ends on the next day. */
  untilMs: number;
}

const WEEKDAYS: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

export function readSchedule(definition: ScheduleDefinition): Schedule {
  const zone = zoneOf(definition.timeZone);
  return {
    id: definition.id,
    zone,
    rotations: definition.rotations.map(readRotation),
    overrides: definition.overrides.map((one) => ({
      id: one.id,
      personId: one.personId,
      rotationId: one.rotationId,
      ...overrideInterval(zone, one),
    })),
  };
}

/** From the first occurrence of its begin to the last of its end. */
export function overrideInterval(
  zone: IANAZone,
  { from, until }: Pick<OverrideDefinition, 'from' | 'until'>,
): Interval {
  return intervalOf(moment(zone, from).first, moment(zone, until).last);
}

function moment(zone: IANAZone, text: string): Occurrences {
  const isInstant = /(Z|[+-]\d{2}:\d{2})$/.test(text);
  if (!isInstant) return occurrences(zone, Date.parse(`${text}Z`));
  const at = Date.parse(text);
  return { first: at, last: at };
}

function readRotation(definition: RotationDefinition): Rotation {
  return {
    id: definition.id,
    stepDays: definition.length * (definition.every === 'week' ? 7 : 1),
    handoffMs: parseTime(definition.handoffTime),
    anchorDay: parseDay(definition.anchorDate),
    memberIds: definition.memberIds,
    restrictions: definition.restrictions.map(({ days, from, until }) => {
      const [fromMs, untilMs] = [parseTime(from), parseTime(until)];
      return {
        weekdays: new Set(days.map((day) => WEEKDAYS.indexOf(day))),
        fromMs,
        untilMs: untilMs > fromMs ? untilMs : untilMs + DAY_MS,
      };
    }),
  };
}
