import type { Ladder } from '@tocsin/domain';
import { z } from 'zod';
import { named } from '../../openapi/components.ts';
import { instantSchema } from '../fields.ts';
import { severitySchema } from './fields.ts';

const at = instantSchema;

const notificationSchema = named(
  'LadderNotification',
  z.object({
    id: z.string(),
    personId: z.string(),
    channel: z.string(),
    contactMethodId: z.string(),
    kind: z.string().describe('`page` asks for an answer; `taken`, `update` and `resolved` are news.'),
    repeat: z.int(),
    plannedAt: at,
    state: z.enum(['planned', 'not-sent', 'withdrawn', 'unknown', 'sent', 'failed', 'delivered', 'answered']),
    reason: z.string(),
    at,
    answer: z.string().nullable(),
    waitedFor: z.string().nullable().describe('Why it was handed to the path again.'),
    attempts: z.array(
      z.object({
        number: z.int(),
        provider: z.string(),
        providerId: z.string(),
        possibleRepeat: z.boolean(),
        reason: z.string(),
        receipts: z.array(z.object({ receipt: z.string(), at })),
      }),
    ),
  }),
);

const stepSchema = named(
  'LadderStep',
  z.object({
    round: z.int(),
    layer: z.int().describe('1 and up; 0: somebody was given the incident by name.'),
    catchAll: z.boolean(),
    reason: z.string(),
    beganAt: at,
    until: at.nullable(),
    endedAt: at.nullable(),
    ended: z.string().describe('Why; empty while it runs.'),
    gaps: z.array(z.string()).describe('Targets that gave nobody.'),
    people: z.array(
      z.object({
        personId: z.string(),
        because: z.string(),
        state: z.enum(['paged', 'unanswered', 'unreachable', 'rejected', 'escalated', 'accepted', 'handed-back']),
        reason: z.string(),
        at,
        notifications: z.array(notificationSchema),
        ahead: z.array(z.object({ channel: z.string(), contactMethodId: z.string(), at })),
      }),
    ),
    skipped: z.array(z.object({ personId: z.string(), because: z.string(), reason: z.string() })),
  }),
);

export const ladderSchema = named(
  'Ladder',
  z.object({
    head: z.object({
      saying: z.enum(['waiting', 'paging', 'has-it', 'snoozed', 'closed']),
      severity: severitySchema.nullable(),
      drill: z.boolean(),
      openedAt: at.nullable(),
      since: at.nullable(),
      ownerId: z.string().nullable(),
      round: z.int().nullable(),
      layer: z.int().nullable(),
      paged: z.array(z.string()),
      until: at.nullable(),
      closedBy: z.string().nullable(),
    }),
    escalations: z.array(
      z.object({
        id: z.string(),
        purpose: z.string(),
        policyId: z.string(),
        reason: z.string(),
        startedAt: at.nullable(),
        steps: z.array(stepSchema),
        news: z.array(notificationSchema),
        interruptions: z
          .array(z.object({ at, kind: z.enum(['resumed', 'entries-left-out']), reason: z.string(), pages: z.int() }))
          .describe('Where the record itself was cut off.'),
      }),
    ),
  }),
);

/** What holds an instant, as milliseconds; `ahead` and `receipts` hold them in `at` too. */
const INSTANTS = new Set(['at', 'since', 'until', 'openedAt', 'startedAt', 'beganAt', 'endedAt', 'plannedAt']);

/** The ladder with its instants as RFC 3339. */
export function ladderView({ head, escalations }: Ladder): z.input<typeof ladderSchema> {
  return JSON.parse(
    JSON.stringify({ head, escalations }, (key, value: unknown) =>
      INSTANTS.has(key) && typeof value === 'number' ? new Date(value).toISOString() : value,
    ),
  ) as z.input<typeof ladderSchema>;
}
