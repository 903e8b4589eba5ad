import { TargetKind } from '@tocsin/proto/roster/v1';
import { z } from 'zod';
import { named } from '../../../openapi/components.ts';

const KINDS = { person: TargetKind.PERSON, schedule: TargetKind.SCHEDULE, team: TargetKind.TEAM } as const;

/** Who is to be paged. */
export const targetSchema = named(
  'Target',
  z.strictObject({ kind: z.enum(['person', 'schedule', 'team']), id: z.string().min(1).max(64) }),
);

export function targetOf({ kind, id }: z.output<typeof targetSchema>) {
  return { kind: KINDS[kind], id };
}
