import type { OrganisationFile } from './schema.ts';

export interface Problem {
  path: (string | number)[];
  message: string;
}

type Kind = 'person' | 'team' | 'schedule' | 'policy' | 'integration';

/** What one field at a time cannot show: ids that nobody has, ids and addresses that two have. */
export function referenceProblems(file: OrganisationFile): Problem[] {
  const ids: Record<Kind, Set<string>> = {
    person: new Set(file.people.map((one) => one.id)),
    team: new Set(file.teams.map((one) => one.id)),
    schedule: new Set(file.schedules.map((one) => one.id)),
    policy: new Set(file.policies.map((one) => one.id)),
    integration: new Set(file.integrations.map((one) => one.id)),
  };
  const problems: Problem[] = [];
  const need = (kind: Kind, id: string | undefined, ...path: (string | number)[]) => {
    if (id !== undefined && !ids[kind].has(id))
      problems.push({ path, message: `there is no ${kind} "${id}" in this file` });
  };
  for (const list of ['people', 'teams', 'schedules', 'policies', 'integrations', 'routes'] as const) {
    const named: readonly { id: string }[] = file[list];
    problems.push(
      ...twice(
        named,
        (one) => one.id,
        (index) => [list, index, 'id'],
      ),
    );
  }
  need('policy', file.organisation.default_policy, 'organisation', 'default_policy');
  const methods = file.people.flatMap((person, i) => person.contact_methods.map((method, j) => ({ ...method, i, j })));
  const at = (index: number, field: string) => [
    'people',
    methods[index]?.i ?? 0,
    'contact_methods',
    methods[index]?.j ?? 0,
    field,
  ];
  problems.push(
    ...twice(
      methods,
      (one) => one.id,
      (index) => at(index, 'id'),
    ),
  );
  problems.push(
    ...twice(
      methods,
      (one) => `${one.channel} ${one.address}`,
      (index) => at(index, 'address'),
    ),
  );
  file.people.forEach((person, i) => {
    for (const urgency of ['high', 'low'] as const) {
      person.notification_rules[urgency].forEach((rule, j) => {
        if (person.contact_methods.some((one) => one.id === rule.contact_method)) return;
        const path = ['people', i, 'notification_rules', urgency, j, 'contact_method'];
        problems.push({ path, message: `${person.id} has no contact method "${rule.contact_method}"` });
      });
    }
  });
  file.teams.forEach((team, i) => {
    team.members.forEach((one, j) => {
      need('person', one, 'teams', i, 'members', j);
    });
  });
  file.schedules.forEach((schedule, i) => {
    schedule.rotations.forEach((rotation, j) => {
      rotation.members.forEach((one, k) => {
        need('person', one, 'schedules', i, 'rotations', j, 'members', k);
      });
    });
    schedule.overrides.forEach((override, j) => {
      need('person', override.person, 'schedules', i, 'overrides', j, 'person');
    });
  });
  file.policies.forEach((policy, i) => {
    const lists = [
      ...policy.layers.map((layer, j) => ({ targets: layer.targets, path: ['layers', j, 'targets'] })),
      { targets: policy.catch_all, path: ['catch_all'] },
    ];
    for (const { targets, path } of lists) {
      targets.forEach((target, k) => {
        for (const kind of ['person', 'schedule', 'team'] as const)
          need(kind, target[kind], 'policies', i, ...path, k, kind);
      });
    }
  });
  file.integrations.forEach((one, i) => {
    need('team', one.team, 'integrations', i, 'team');
  });
  file.routes.forEach((route, i) => {
    need('team', route.team, 'routes', i, 'team');
    need('policy', route.policy, 'routes', i, 'policy');
    route.integrations.forEach((one, j) => {
      need('integration', one, 'routes', i, 'integrations', j);
    });
  });
  const last = file.routes.at(-1);
  if (last && (last.integrations.length > 0 || last.severities.length > 0)) {
    problems.push({
      path: ['routes', file.routes.length - 1],
      message: 'the last route must have no conditions: it is the default',
    });
  }
  return problems;
}

function twice<T>(
  list: readonly T[],
  value: (one: T) => string,
  path: (index: number) => (string | number)[],
): Problem[] {
  const seen = new Set<string>();
  return list.flatMap((one, index) => {
    const said = value(one);
    if (seen.has(said)) return [{ path: path(index), message: `"${said}" is there twice` }];
    seen.add(said);
    return [];
  });
}
