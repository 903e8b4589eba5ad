import { z } from 'zod';
import { duration } from './duration.ts';
import {
  address,
  chatAddress,
  date,
  deviceName,
  endTime,
  id,
  key,
  locale,
  moment,
  name,
  pushAddress,
  time,
  timeZone,
  weekday,
} from './wording.ts';

const SHORTEST_MS = 100;

const rule = z.strictObject({
  contact_method: id,
  delay: duration().prefault('0s'),
  repeats: z.int().min(0).max(100).default(0),
  repeat_every: duration(1_000).prefault('1m'),
});

const target = z
  .strictObject({ person: id.optional(), schedule: id.optional(), team: id.optional() })
  .refine(
    (one) => Object.values(one).filter((value) => value !== undefined).length === 1,
    'must name one of person, schedule or team',
  );

/** An organisation's file, as people write it: times in words, ids of their own choice, everything in one place. */
export const organisationFile = z.strictObject({
  organisation: z.strictObject({ id, name, default_policy: id }),
  people: z
    .array(
      z.strictObject({
        id,
        name,
        locale: locale.default('en'),
        time_zone: timeZone.optional(),
        contact_methods: z
          .array(
            z.discriminatedUnion('channel', [
              z.strictObject({ id, channel: z.enum(['sms', 'voice']), address }),
              z.strictObject({ id, channel: z.literal('chat'), address: chatAddress }),
              z.strictObject({ id, channel: z.literal('push'), address: pushAddress, name: deviceName.optional() }),
            ]),
          )
          .default([]),
        notification_rules: z
          .strictObject({ high: z.array(rule).default([]), low: z.array(rule).default([]) })
          .prefault({}),
      }),
    )
    .min(1),
  teams: z.array(z.strictObject({ id, name, members: z.array(id).default([]) })).default([]),
  schedules: z
    .array(
      z.strictObject({
        id,
        name,
        time_zone: timeZone,
        rotations: z
          .array(
            z.strictObject({
              id,
              every: z.enum(['day', 'week']),
              length: z.int().min(1).max(366).default(1),
              handoff_time: time,
              anchor_date: date,
              members: z.array(id).min(1),
              restrictions: z
                .array(z.strictObject({ days: z.array(weekday).min(1), from: time, until: endTime }))
                .default([]),
            }),
          )
          .default([]),
        overrides: z
          .array(
            z
              .strictObject({ id, person: id, from: moment, until: moment, rotation: id.optional() })
              .refine(({ from, until }) => isOrdered(from, until), { path: ['until'], message: 'must be after from' }),
          )
          .default([]),
      }),
    )
    .default([]),
  policies: z
    .array(
      z.strictObject({
        id,
        name,
        layers: z.array(z.strictObject({ targets: z.array(target).min(1), try_for: duration(SHORTEST_MS) })).min(1),
        rounds: z.int().min(1).max(100).default(1),
        catch_all: z.array(target).min(1, 'must name somebody: nobody on call never means silence'),
        catch_all_every: duration(SHORTEST_MS),
        ack_timeout: duration().prefault('0s'),
      }),
    )
    .min(1),
  integrations: z
    .array(
      z.strictObject({
        id,
        name,
        source: z.string().default('generic'),
        team: id.optional(),
        key,
        drill: z.boolean().default(false),
      }),
    )
    .default([]),
  routes: z
    .array(
      z.strictObject({
        id,
        integrations: z.array(id).default([]),
        severities: z.array(z.enum(['critical', 'high', 'medium', 'low', 'info'])).default([]),
        team: id.optional(),
        policy: id.optional(),
        nowhere: z.boolean().default(false),
      }),
    )
    .default([]),
});

export type OrganisationFile = z.output<typeof organisationFile>;

/** Of two wall-clock times or two instants; what mixes them is for the roster to say, which knows the zone. */
function isOrdered(from: string, until: string): boolean {
  const isInstant = (text: string) => /(Z|[+-]\d\d:\d\d)$/.test(text);
  if (isInstant(from) !== isInstant(until)) return true;
  return Date.parse(from) < Date.parse(until);
}
