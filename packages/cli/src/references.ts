import type { ReferencesView } from './references-view.ts';

export type Path = (string | number)[];

export interface Problem {
  path: Path;
  message: string;
}

type Kind = 'person' | 'team' | 'schedule' | 'policy' | 'integration';
type Need = (kind: Kind, id: string | undefined, ...path: Path) => void;

/** What one field at a time cannot show: ids that nobody has, ids and addresses that two have, and who is left to be paged. */
export function referenceProblems(view: ReferencesView): Problem[] {
  const ids: Record<Kind, Set<string | undefined>> = {
    person: new Set(view.people.map((one) => one.id)),
    team: new Set(view.teams.map((one) => one.id)),
    schedule: new Set(view.schedules.map((one) => one.id)),
    policy: new Set(view.policies.map((one) => one.id)),
    integration: new Set(view.integrations.map((one) => one.id)),
  };
  const problems: Problem[] = [];
  const need: Need = (kind, id, ...path) => {
    if (id !== undefined && !ids[kind].has(id))
      problems.push({ path, message: `there is no ${kind} "${id}" in this file` });
  };
  need('policy', view.organisation.default_policy, 'organisation', 'default_policy');
  for (const list of ['people', 'teams', 'schedules', 'policies', 'integrations', 'routes'] as const)
    problems.push(...twice(view[list].map(({ id }, index) => [id, [list, index, 'id']])));
  problems.push(...peopleProblems(view));
  for (const [i, team] of view.teams.entries())
    for (const [j, one] of team.members.entries()) need('person', one, 'teams', i, 'members', j);
  for (const [i, schedule] of view.schedules.entries()) problems.push(...scheduleProblems(schedule, i, need));
  for (const [i, policy] of view.policies.entries()) problems.push(...policyProblems(view, policy, i, need));
  problems.push(...twice(view.integrations.map(({ key }, index) => [key, ['integrations', index, 'key']])));
  for (const [i, one] of view.integrations.entries()) need('team', one.team, 'integrations', i, 'team');
  problems.push(...routeProblems(view, need));
  return problems;
}

/** An answer by text is known by its number, so of contact methods the address is there once on each channel. */
function peopleProblems({ people }: ReferencesView): Problem[] {
  const methods = people.flatMap((person, i) =>
    person.contact_methods.map((method, j) => ({ ...method, path: ['people', i, 'contact_methods', j] })),
  );
  const problems = [
    ...twice(methods.map(({ id, path }) => [id, [...path, 'id']])),
    ...twice(methods.map(({ channel, address, path }) => [address && `${channel} ${address}`, [...path, 'address']])),
  ];
  for (const [i, person] of people.entries()) {
    for (const urgency of ['high', 'low'] as const) {
      for (const [j, { contact_method: id }] of person.notification_rules[urgency].entries()) {
        if (id === undefined || person.contact_methods.some((one) => one.id === id)) continue;
        const path = ['people', i, 'notification_rules', urgency, j, 'contact_method'];
        problems.push({ path, message: `${person.id} has no contact method "${id}"` });
      }
    }
  }
  return problems;
}

function scheduleProblems(schedule: ReferencesView['schedules'][number], i: number, need: Need): Problem[] {
  const { rotations, overrides } = schedule;
  for (const [j, rotation] of rotations.entries())
    for (const [k, one] of rotation.members.entries())
      need('person', one, 'schedules', i, 'rotations', j, 'members', k);
  for (const [j, { person }] of overrides.entries()) need('person', person, 'schedules', i, 'overrides', j, 'person');
  return [
    ...twice(rotations.map(({ id }, j) => [id, ['schedules', i, 'rotations', j, 'id']])),
    ...twice(overrides.map(({ id }, j) => [id, ['schedules', i, 'overrides', j, 'id']])),
    ...overrides.flatMap(({ rotation }, j) => {
      if (rotation === undefined || rotations.some(({ id }) => id === rotation)) return [];
      const path = ['schedules', i, 'overrides', j, 'rotation'];
      return [{ path, message: `the schedule has no rotation "${rotation}"` }];
    }),
  ];
}

function policyProblems(
  { teams }: ReferencesView,
  policy: ReferencesView['policies'][number],
  i: number,
  need: Need,
): Problem[] {
  const lists = [
    ...policy.layers.map(({ targets }, j) => ({ targets, path: ['layers', j, 'targets'] })),
    { targets: policy.catch_all, path: ['catch_all'] },
  ];
  for (const { targets, path } of lists)
    for (const [k, target] of targets.entries())
      for (const kind of ['person', 'schedule', 'team'] as const)
        need(kind, target[kind], 'policies', i, ...path, k, kind);

  const isEmptyTeam = (id: string) => teams.some((team) => team.id === id && team.members.length === 0);
  const staffed = ({ person, team }: ReferencesView['policies'][number]['catch_all'][number]) =>
    person !== undefined || (team !== undefined && !isEmptyTeam(team));
  if (policy.catch_all.length === 0 || policy.catch_all.some(staffed)) return [];
  const message = 'must name a person, or a team with members: a schedule may have nobody on call';
  return [{ path: ['policies', i, 'catch_all'], message }];
}

function routeProblems({ routes }: ReferencesView, need: Need): Problem[] {
  for (const [i, route] of routes.entries()) {
    need('team', route.team, 'routes', i, 'team');
    need('policy', route.policy, 'routes', i, 'policy');
    for (const [j, one] of route.integrations.entries()) need('integration', one, 'routes', i, 'integrations', j);
  }
  const last = routes.at(-1);
  if (!last || last.integrations.length + last.severities.length === 0) return [];
  return [
    { path: ['routes', routes.length - 1], message: 'the last route must have no conditions: it is the default' },
  ];
}

/** The values that were there before; never what they are, since one may be a key. */
function twice(values: [value: string | undefined, path: Path][]): Problem[] {
  const seen = new Set<string>();
  return values.flatMap(([value, path]) => {
    if (value === undefined) return [];
    if (seen.has(value)) return [{ path, message: 'must be there once: another has the same' }];
    seen.add(value);
    return [];
  });
}
