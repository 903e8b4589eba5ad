import type { DryMoment } from '@tocsin/domain';
import { z } from 'zod';
import { named } from '../../openapi/components.ts';
import { instantSchema } from '../fields.ts';
import { severitySchema } from '../incidents/fields.ts';
import { channelSchema } from '../roster-items/fields.ts';

const moment = {
  at: instantSchema,
  afterMs: z.int().describe('Since the beginning.'),
  round: z.int(),
  layer: z.int().describe('1 and up; the last is the catch-all.'),
};
const person = {
  personId: z.string(),
  because: z.string().describe('What names them: a schedule’s rotation, a team.'),
};

const momentSchema = named(
  'DryMoment',
  z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('layer').describe('A layer begins.'),
      ...moment,
      catchAll: z.boolean(),
      people: z.array(z.string()),
      until: instantSchema.nullable().describe('When the next would begin.'),
    }),
    z.object({
      kind: z.literal('page').describe('A message goes out.'),
      ...moment,
      ...person,
      channel: channelSchema,
      contactMethodId: z.string(),
      repeat: z.int(),
    }),
    z.object({
      kind: z.literal('skipped').describe('Somebody is named, and not paged.'),
      ...moment,
      ...person,
      reason: z.string(),
    }),
    z.object({ kind: z.literal('gap').describe('A target gives nobody.'), ...moment, target: z.string() }),
    z.object({ kind: z.literal('empty').describe('A layer is passed over.'), ...moment, reason: z.string() }),
  ]),
);

export const dryRunSchema = named(
  'DryRun',
  z.object({
    at: instantSchema,
    severity: severitySchema,
    timeline: z.array(momentSchema),
    endsAt: instantSchema.describe('From there on it goes round and round with the catch-all.'),
    truncated: z.boolean().describe('It was cut off before the catch-all was paged twice.'),
    names: z.record(z.string(), z.string()).describe('What the people are called.'),
  }),
);

export function momentView(one: DryMoment): z.input<typeof momentSchema> {
  const { at, afterMs, round, layer } = one;
  const when = { at: new Date(at).toISOString(), afterMs, round, layer };
  switch (one.kind) {
    case 'layer': {
      const { kind, catchAll, people, until } = one;
      return { kind, ...when, catchAll, people, until: until === null ? null : new Date(until).toISOString() };
    }
    case 'page': {
      const { kind, personId, because, channel, contactMethodId, repeat } = one;
      return { kind, ...when, personId, because, channel, contactMethodId, repeat };
    }
    case 'skipped':
      return { kind: one.kind, ...when, personId: one.personId, because: one.because, reason: one.reason };
    case 'gap':
      return { kind: one.kind, ...when, target: one.target };
    case 'empty':
      return { kind: one.kind, ...when, reason: one.reason };
    default:
      return one satisfies never;
  }
}
