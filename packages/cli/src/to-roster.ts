import type { OrganisationFile } from './schema.ts';

type FileTarget = OrganisationFile['policies'][number]['catch_all'][number];

/** The roster's part of a file, in the roster's words. */
export function rosterPart(file: OrganisationFile): object {
  return {
    organisation: {
      id: file.organisation.id,
      name: file.organisation.name,
      defaultPolicyId: file.organisation.default_policy,
    },
    people: file.people.map((person) => ({
      id: person.id,
      name: person.name,
      locale: person.locale,
      ...(person.time_zone === undefined ? {} : { timeZone: person.time_zone }),
      contactMethods: person.contact_methods,
      rules: { high: person.notification_rules.high.map(rule), low: person.notification_rules.low.map(rule) },
    })),
    teams: file.teams.map(({ id, name, members }) => ({ id, name, memberIds: members })),
    schedules: file.schedules.map((schedule) => ({
      id: schedule.id,
      name: schedule.name,
      timeZone: schedule.time_zone,
      rotations: schedule.rotations.map((rotation) => ({
        id: rotation.id,
        every: rotation.every,
        length: rotation.length,
        handoffTime: rotation.handoff_time,
        anchorDate: rotation.anchor_date,
        memberIds: rotation.members,
        restrictions: rotation.restrictions,
      })),
      overrides: schedule.overrides.map(({ id, person, from, until, rotation }) => ({
        id,
        personId: person,
        from,
        until,
        ...(rotation === undefined ? {} : { rotationId: rotation }),
      })),
    })),
    policies: file.policies.map((policy) => ({
      id: policy.id,
      name: policy.name,
      layers: policy.layers.map((layer) => ({ targets: layer.targets.map(target), tryForMs: layer.try_for })),
      rounds: policy.rounds,
      catchAll: policy.catch_all.map(target),
      catchAllEveryMs: policy.catch_all_every,
      ackTimeoutMs: policy.ack_timeout,
    })),
  };
}

function rule({
  contact_method,
  delay,
  repeats,
  repeat_every,
}: OrganisationFile['people'][number]['notification_rules']['high'][number]) {
  return { contactMethodId: contact_method, delayMs: delay, repeats, repeatEveryMs: repeat_every };
}

function target(one: FileTarget) {
  if (one.person !== undefined) return { kind: 'person', id: one.person };
  if (one.schedule !== undefined) return { kind: 'schedule', id: one.schedule };
  return { kind: 'team', id: one.team ?? '' };
}
