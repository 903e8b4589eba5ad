import { parseChatAddress, parsePushAddress } from '@tocsin/domain';
import { z } from 'zod';
import type { Invalid, Organisation, OrganisationRecord, PolicyDefinition, Team } from './organisation.ts';
import { findBrokenReference } from './references.ts';
import type { ScheduleDefinition } from './schedule.ts';
import { zoneOf } from './wall-clock.ts';

const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'must be 1 to 100 letters, digits, ".", "_" or "-"');
const name = z.string().trim().min(1, 'must not be empty').max(200, 'must have at most 200 characters');
const e164 = z.string().regex(/^\+[1-9]\d{7,14}$/, 'must be a number in E.164, such as +12125550123');
const chatAddress = z.string().superRefine((text, ctx) => {
  const parsed = parseChatAddress(text);
  if (typeof parsed === 'string') ctx.addIssue({ code: 'custom', message: parsed });
});
const pushAddress = z.string().superRefine((text, ctx) => {
  const parsed = parsePushAddress(text);
  if (typeof parsed === 'string') ctx.addIssue({ code: 'custom', message: parsed });
});
const deviceName = z.string().trim().min(1, 'must not be empty').max(80, 'must have at most 80 characters');
const phone = z.enum(['sms', 'voice']);
const chat = z.literal('chat');
const push = z.literal('push');
const milliseconds = z
  .number()
  .int('must be whole milliseconds')
  .min(0, 'must not be negative')
  .max(30 * 86_400_000, 'must be at most 30 days');
const positive = milliseconds.min(100, 'must be at least 100 milliseconds');
const count = (least: number, most: number) => {
  const words = `must be ${least} to ${most}`;
  return z.number().int(words).min(least, words).max(most, words);
};
const timeZone = z.string().refine(isTimeZone, 'must be an IANA time zone, such as Europe/Berlin');
const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day, such as 09:00');
const untilTime = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'must be a time of day, such as 17:00');
const date = z.iso.date('must be a date, such as 2026-01-05');
const moment = z.string().refine(isMoment, 'must be a date and time, such as 2026-12-24T18:00');

const rule = z.strictObject({
  contactMethodId: id,
  delayMs: milliseconds,
  repeats: count(0, 100),
  repeatEveryMs: milliseconds,
});
const person = z.strictObject({
  id,
  name,
  locale: z.string().refine(isLocale, 'must be a language tag, such as en'),
  timeZone: timeZone.optional(),
  contactMethods: z
    .array(
      z.discriminatedUnion('channel', [
        z.strictObject({ id, channel: phone, address: e164 }),
        z.strictObject({ id, channel: chat, address: chatAddress }),
        z.strictObject({ id, channel: push, address: pushAddress, name: deviceName.optional() }),
      ]),
    )
    .max(20),
  rules: z.strictObject({ high: z.array(rule).max(50), low: z.array(rule).max(50) }),
});
const rotation = z.strictObject({
  id,
  every: z.enum(['day', 'week']),
  length: count(1, 366),
  handoffTime: time,
  anchorDate: date,
  memberIds: z.array(id).min(1, 'must name somebody').max(200),
  restrictions: z
    .array(
      z.strictObject({
        days: z.array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])).min(1, 'must name a day'),
        from: time,
        until: untilTime,
      }),
    )
    .max(20),
});
const schedule = z.strictObject({
  id,
  name,
  timeZone,
  rotations: z.array(rotation).max(20),
  overrides: z
    .array(z.strictObject({ id, personId: id, from: moment, until: moment, rotationId: id.optional() }))
    .max(1_000),
});
const target = z.strictObject({ kind: z.enum(['person', 'schedule', 'team']), id });
const policy = z.strictObject({
  id,
  name,
  layers: z
    .array(z.strictObject({ targets: z.array(target).min(1, 'must name somebody').max(100), tryForMs: positive }))
    .min(1, 'must have a layer')
    .max(50, 'must have at most 50 layers'),
  rounds: count(1, 100),
  catchAll: z.array(target).min(1, 'must name somebody: nobody on call never means silence').max(100),
  catchAllEveryMs: positive,
  ackTimeoutMs: milliseconds,
});

const record = z.strictObject({ id, name, defaultPolicyId: id });
const team = z.strictObject({ id, name, memberIds: z.array(id).max(10_000) });

const organisation = z.strictObject({
  organisation: record,
  people: z.array(person).max(10_000),
  teams: z.array(team).max(2_000),
  schedules: z.array(schedule).max(2_000),
  policies: z.array(policy).min(1).max(2_000),
});

const onlyRead = {
  maskedAddress: z.unknown().optional(),
  verifiedAt: z.unknown().optional(),
  goneAt: z.unknown().optional(),
};

/** What is put of a person: an address may stay as it is, and what is only read may be there. */
const putPerson = person.extend({
  contactMethods: z
    .array(
      z
        .discriminatedUnion('channel', [
          z.strictObject({ id, channel: phone, address: e164.optional(), ...onlyRead }),
          z.strictObject({ id, channel: chat, address: chatAddress.optional(), ...onlyRead }),
          z.strictObject({
            id,
            channel: push,
            address: pushAddress.optional(),
            name: deviceName.optional(),
            ...onlyRead,
          }),
        ])
        .transform(({ id, channel, address, ...rest }) => ({
          id,
          channel,
          address,
          name: 'name' in rest ? rest.name : undefined,
        })),
    )
    .max(20),
});
const items = { organisation: record, person: putPerson, team, schedule, policy };

/** One item as it is put: contact methods that had an address before may have none here. */
export type PutItem =
  | { kind: 'organisation'; item: OrganisationRecord }
  | { kind: 'person'; item: z.infer<typeof putPerson> }
  | { kind: 'team'; item: Team }
  | { kind: 'schedule'; item: ScheduleDefinition }
  | { kind: 'policy'; item: PolicyDefinition };

/** Reads one item by itself, or says of each field what is wrong with it. What it refers to is not looked for here. */
export function parseItem(kind: PutItem['kind'], value: unknown): PutItem | Invalid[] {
  const parsed = items[kind].safeParse(value);
  if (parsed.success) return { kind, item: parsed.data } as PutItem;
  return parsed.error.issues.map(({ path, message }) => ({ field: z.core.toDotPath(path), message }));
}

/** Reads an organisation, or says of each field what is wrong with it. */
export function parseOrganisation(json: string): Organisation | Invalid[] {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return [{ field: 'organisation_json', message: 'must be JSON' }];
  }
  const parsed = organisation.safeParse(value);
  if (!parsed.success)
    return parsed.error.issues.map(({ path, message }) => ({ field: z.core.toDotPath(path), message }));
  const broken = findBrokenReference(parsed.data);
  return broken ? [broken] : parsed.data;
}

function isTimeZone(name: string): boolean {
  try {
    zoneOf(name);
    return !/^(UTC|GMT)?[+-]/i.test(name);
  } catch {
    return false;
  }
}

function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

/** With "Z" or an offset an instant, without one wall-clock time. */
function isMoment(text: string): boolean {
  return (
    /^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?(Z|[+-]\d\d:\d\d)?$/.test(text) &&
    date.safeParse(text.slice(0, 10)).success
  );
}
