import { createHash } from 'node:crypto';
import { NotFound, newId } from '@tocsin/platform';
import type { DeleteOverrideRequest, PutOverrideRequest } from '@tocsin/proto/roster/v1';
import type { Organisation } from '../../core/organisation.ts';
import { parseItem } from '../../core/parse-organisation.ts';
import type { ScheduleDefinition } from '../../core/schedule.ts';
import type { ApplyDeps } from '../apply.ts';
import { type Edited, edit, invalid } from './edit.ts';

type Request = Omit<PutOverrideRequest, '$typeName' | '$unknown'>;

/**
 * Puts one person in the place of a schedule's, or of one rotation's, for a while. Without an id it is a new one; the same
 * request key is the same override. Throws `InvalidInput` naming the field, and `NotFound` for the schedule.
 */
export async function putOverride(
  deps: ApplyDeps,
  request: Request,
  requestKey: string | undefined,
): Promise<Edited & { id: string }> {
  const { organisationId, scheduleId, personId, from, until, rotationId } = request;
  const id = request.overrideId || newOverrideId(scheduleId, requestKey);
  const override = { id, personId, from, until, ...(rotationId === '' ? {} : { rotationId }) };
  let place = '';
  const fieldOf = (field: string) => {
    const at = field.lastIndexOf(place);
    return at < 0 ? field : fieldName(field.slice(at + place.length));
  };
  const work = (whole: Organisation) =>
    changeSchedule(whole, scheduleId, (schedule) => {
      const overrides = [...schedule.overrides.filter((one) => one.id !== id), override];
      place = `overrides[${overrides.length - 1}].`;
      const parsed = parseItem('schedule', { ...schedule, overrides });
      if (Array.isArray(parsed)) throw invalid(parsed.map((one) => ({ ...one, field: fieldOf(one.field) })));
      return { ...schedule, overrides };
    });
  const edited = await edit(deps, organisationId, (present) => work(present.organisation), { fieldOf });
  return { ...edited, id };
}

/** Takes an override back. Throws `NotFound` where there is none; so the second time says that it is gone. */
export async function deleteOverride(
  deps: ApplyDeps,
  { organisationId, scheduleId, overrideId }: Omit<DeleteOverrideRequest, '$typeName' | '$unknown'>,
): Promise<Edited & { id: string }> {
  const work = (whole: Organisation) =>
    changeSchedule(whole, scheduleId, (schedule) => {
      const overrides = schedule.overrides.filter((one) => one.id !== overrideId);
      if (overrides.length === schedule.overrides.length)
        throw new NotFound(`no override is called ${overrideId}`, { code: 'override-unknown', field: 'override_id' });
      return { ...schedule, overrides };
    });
  const edited = await edit(deps, organisationId, (present) => work(present.organisation));
  return { ...edited, id: overrideId };
}

function changeSchedule(
  whole: Organisation,
  scheduleId: string,
  change: (schedule: ScheduleDefinition) => ScheduleDefinition,
): Organisation {
  if (!whole.schedules.some((one) => one.id === scheduleId))
    throw new NotFound(`no schedule is called ${scheduleId}`, { code: 'schedule-unknown', field: 'schedule_id' });
  return { ...whole, schedules: whole.schedules.map((one) => (one.id === scheduleId ? change(one) : one)) };
}

function newOverrideId(scheduleId: string, requestKey: string | undefined): string {
  if (requestKey === undefined) return `o-${newId()}`;
  return `o-${createHash('sha256').update(`${scheduleId}|${requestKey}`).digest('hex').slice(0, 24)}`;
}

const FIELDS: Record<string, string> = { id: 'override_id', personId: 'person_id', rotationId: 'rotation_id' };

function fieldName(field: string): string {
  return FIELDS[field] ?? field;
}
