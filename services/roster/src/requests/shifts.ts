import { InvalidInput, millis, NotFound } from '@tocsin/platform';
import type { ShiftsRequest } from '@tocsin/proto/roster/v1';
import type { Interval } from '../core/intervals.ts';
import { gapsBetween, type Shift, shiftsBetween } from '../core/shifts.ts';
import type { Snapshot } from '../store/snapshots.ts';

const MOST_MS = 400 * 86_400_000;

/** The shifts of a schedule between two instants, at most 400 days apart, and the gaps. Who is paged comes from the same resolver. */
export function shifts(
  snapshot: Snapshot,
  request: Pick<ShiftsRequest, 'scheduleId' | 'from' | 'until'>,
): { shifts: Shift[]; gaps: Interval[] } {
  const { scheduleId } = request;
  const schedule = snapshot.schedules.get(scheduleId);
  if (!schedule)
    throw new NotFound(`no schedule is called ${scheduleId}`, { code: 'schedule-unknown', field: 'schedule_id' });
  const from = millis(request.from);
  const until = millis(request.until);
  if (from === undefined) throw new InvalidInput('must be given', { code: 'missing', field: 'from' });
  if (until === undefined) throw new InvalidInput('must be given', { code: 'missing', field: 'until' });
  if (until <= from) throw new InvalidInput('must be after from', { code: 'period-invalid', field: 'until' });
  if (until - from > MOST_MS)
    throw new InvalidInput('must be at most 400 days after from', { code: 'period-invalid', field: 'until' });
  const found = shiftsBetween(schedule, from, until);
  return { shifts: found, gaps: gapsBetween(found, from, until) };
}
