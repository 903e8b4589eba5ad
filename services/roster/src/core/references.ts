import type { Target } from '@tocsin/domain';
import type { Invalid, Organisation, Team } from './organisation.ts';
import { overrideInterval, type ScheduleDefinition } from './schedule.ts';
import { zoneOf } from './wall-clock.ts';

/** The first id that is there twice, or that leads nowhere; the first end that is not after its beginning. */
export function findBrokenReference(whole: Organisation): Invalid | undefined {
  return [...problemsOf(whole)][0];
}

function* problemsOf(whole: Organisation): Generator<Invalid> {
  const { people, teams, schedules, policies } = whole;
  const ids = {
    person: new Set(people.map(({ id }) => id)),
    team: new Set(teams.map(({ id }) => id)),
    schedule: new Set(schedules.map(({ id }) => id)),
    policy: new Set(policies.map(({ id }) => id)),
  };
  const known = (kind: keyof typeof ids, id: string, field: string): Invalid[] =>
    ids[kind].has(id) ? [] : [{ field, message: `no ${kind} is called ${id}` }];
  const knownTargets = (targets: Target[], field: string) =>
    targets.flatMap(({ kind, id }, at) => known(kind, id, `${field}[${at}].id`));

  yield* twice(people, 'people');
  yield* twice(teams, 'teams');
  yield* twice(schedules, 'schedules');
  yield* twice(policies, 'policies');
  yield* known('policy', whole.organisation.defaultPolicyId, 'organisation.defaultPolicyId');
  yield* contactMethodsTwice(whole);
  for (const [at, { contactMethods, rules }] of people.entries()) {
    const own = new Set(contactMethods.map(({ id }) => id));
    for (const urgency of ['high', 'low'] as const) {
      for (const [n, rule] of rules[urgency].entries()) {
        const field = `people[${at}].rules.${urgency}[${n}]`;
        if (!own.has(rule.contactMethodId))
          yield { field: `${field}.contactMethodId`, message: 'is not one of theirs' };
        if (rule.repeats > 0 && rule.repeatEveryMs < 1_000)
          yield { field: `${field}.repeatEveryMs`, message: 'must be at least 1000' };
      }
    }
  }
  for (const [at, team] of teams.entries()) {
    for (const [n, id] of team.memberIds.entries()) yield* known('person', id, `teams[${at}].memberIds[${n}]`);
  }
  for (const [at, schedule] of schedules.entries()) {
    yield* twice(schedule.rotations, `schedules[${at}].rotations`);
    yield* twice(schedule.overrides, `schedules[${at}].overrides`);
    for (const [n, rotation] of schedule.rotations.entries()) {
      for (const [m, id] of rotation.memberIds.entries())
        yield* known('person', id, `schedules[${at}].rotations[${n}].memberIds[${m}]`);
    }
    for (const [n, override] of schedule.overrides.entries()) {
      yield* known('person', override.personId, `schedules[${at}].overrides[${n}].personId`);
      yield* wrongOverride(schedule, n, `schedules[${at}].overrides[${n}]`);
    }
  }
  for (const [at, { layers, catchAll }] of policies.entries()) {
    for (const [n, layer] of layers.entries())
      yield* knownTargets(layer.targets, `policies[${at}].layers[${n}].targets`);
    yield* knownTargets(catchAll, `policies[${at}].catchAll`);
    if (!catchAll.some((target) => isStaffed(target, teams)))
      yield { field: `policies[${at}].catchAll`, message: 'must name a person, or a team with members' };
  }
}

/** A schedule may have nobody on call, and the catch-all is what is left when nobody is. */
function isStaffed({ kind, id }: Target, teams: Team[]): boolean {
  if (kind === 'team') return teams.some((team) => team.id === id && team.memberIds.length > 0);
  return kind === 'person';
}

function* wrongOverride(schedule: ScheduleDefinition, at: number, field: string): Generator<Invalid> {
  const override = schedule.overrides[at]!;
  const { startsAt, endsAt } = overrideInterval(zoneOf(schedule.timeZone), override);
  if (!(startsAt < endsAt)) yield { field: `${field}.until`, message: 'must be after its beginning' };
  const { rotationId } = override;
  if (rotationId !== undefined && !schedule.rotations.some(({ id }) => id === rotationId))
    yield { field: `${field}.rotationId`, message: `no rotation is called ${rotationId}` };
}

function* twice(list: { id: string }[], field: string): Generator<Invalid> {
  const seen = new Set<string>();
  for (const [at, { id }] of list.entries()) {
    if (seen.has(id)) yield { field: `${field}[${at}].id`, message: `${id} is there twice` };
    seen.add(id);
  }
}

/** Of contact methods neither the id nor the address may be there twice: an answer by text is known by its number. */
function* contactMethodsTwice({ people }: Organisation): Generator<Invalid> {
  const seen = new Set<string>();
  for (const [at, person] of people.entries()) {
    for (const [n, { id, channel, address }] of person.contactMethods.entries()) {
      const field = `people[${at}].contactMethods[${n}]`;
      if (seen.has(id)) yield { field: `${field}.id`, message: `${id} is there twice` };
      // Of what is gone there is no address.
      if (address !== '' && seen.has(`${channel} ${address}`))
        yield { field: `${field}.address`, message: 'is there twice' };
      seen.add(id).add(`${channel} ${address}`);
    }
  }
}
