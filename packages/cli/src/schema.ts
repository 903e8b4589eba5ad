import { z } from 'zod';
import { duration } from './duration.ts';

const id = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/,
    'must be 1 to 100 letters, digits, ".", "_" or "-", and begin with one of the first two',
  );
const name = z.string().trim().min(1, 'must not be empty').max(200);
const address = z.string().regex(/^\+[1-9]\d{7,14}$/, 'must be a number in E.164, such as +12125550123');

const rule = z.strictObject({
  contact_method: id,
  delay: duration.prefault('0s'),
  repeats: z.int().min(0).max(100).default(0),
  repeat_every: duration.prefault('1m'),
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
        locale: z.string().default('en'),
        time_zone: z.string().optional(),
        contact_methods: z.array(z.strictObject({ id, channel: z.enum(['sms', 'voice']), address })).default([]),
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
        time_zone: z.string(),
        rotations: z
          .array(
            z.strictObject({
              id,
              every: z.enum(['day', 'week']),
              length: z.int().min(1).default(1),
              handoff_time: z.string(),
              anchor_date: z.string(),
              members: z.array(id).min(1),
              restrictions: z
                .array(z.strictObject({ days: z.array(z.string()).min(1), from: z.string(), until: z.string() }))
                .default([]),
            }),
          )
          .default([]),
        overrides: z
          .array(z.strictObject({ id, person: id, from: z.string(), until: z.string(), rotation: id.optional() }))
          .default([]),
      }),
    )
    .default([]),
  policies: z
    .array(
      z.strictObject({
        id,
        name,
        layers: z.array(z.strictObject({ targets: z.array(target).min(1), try_for: duration })).min(1),
        rounds: z.int().min(1).max(100).default(1),
        catch_all: z.array(target).min(1, 'must name somebody: nobody on call never means silence'),
        catch_all_every: duration,
        ack_timeout: duration.prefault('0s'),
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
        key: z.string().min(16, 'must have at least 16 characters'),
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
