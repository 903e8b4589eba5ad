import { NotFound, timestamp } from '@tocsin/platform';
import type { OnCallRequest } from '@tocsin/proto/roster/v1';
import { layerOnCall, type OnCallPerson, scheduleOnCall } from '../../core/on-call-now.ts';
import type { Snapshot } from '../../store/snapshots.ts';

/** Who is on call at an instant, by schedule and by a policy's layers, the catch-all last. Throws `NotFound` for an id that is none. */
export function onCallAt(
  snapshot: Snapshot,
  { scheduleIds, policyIds }: Pick<OnCallRequest, 'scheduleIds' | 'policyIds'>,
  at: number,
) {
  const all = scheduleIds.length === 0 && policyIds.length === 0;
  const schedules = all ? [...snapshot.schedules.values()] : named(snapshot.schedules, scheduleIds, 'schedule');
  const policies = all ? [...snapshot.policies.values()] : named(snapshot.policies, policyIds, 'policy');
  return {
    schedules: schedules.map((schedule) => {
      const { people, nextAt } = scheduleOnCall(snapshot, schedule, at);
      return {
        scheduleId: schedule.id,
        people: people.map(personFrom),
        ...(nextAt === undefined ? {} : { nextAt: timestamp(nextAt) }),
      };
    }),
    policies: policies.map(({ id, layers, catchAll }) => ({
      policyId: id,
      layers: [...layers.map(({ targets }) => targets), catchAll].map((targets, index) => {
        const { people, gaps } = layerOnCall(snapshot, targets, at);
        return { layer: index + 1, people: people.map(personFrom), gaps };
      }),
    })),
  };
}

function named<T>(known: ReadonlyMap<string, T>, ids: string[], kind: string): T[] {
  return ids.map((id, at) => {
    const found = known.get(id);
    if (found) return found;
    throw new NotFound(`no ${kind} is called ${id}`, { code: `${kind}-unknown`, field: `${kind}_ids[${at}]` });
  });
}

function personFrom({ personId, because, until, unreachable }: OnCallPerson) {
  return { personId, because, unreachable, ...(until === undefined ? {} : { until: timestamp(until) }) };
}
