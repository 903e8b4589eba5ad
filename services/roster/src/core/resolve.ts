import type { NotificationRule, Reachable, ResolvedLayer, Target, Urgency } from '@tocsin/domain';
import type { ContactMethod, Person, RuleDefinition, Team } from './organisation.ts';
import type { Schedule } from './schedule.ts';
import { onCall } from './shifts.ts';

/** What resolving reads: no names, no addresses. */
export interface Directory {
  people: ReadonlyMap<string, ReachablePerson>;
  teams: ReadonlyMap<string, Pick<Team, 'memberIds'>>;
  schedules: ReadonlyMap<string, Schedule>;
}

export interface ReachablePerson {
  contactMethods: ContactMethod[];
  rules: Person['rules'];
}

/** A layer's people, and who was named but cannot be reached, for whoever asks why somebody is not among them. */
export interface Resolved extends ResolvedLayer {
  passedOver: { personId: string; because: string; reason: 'no-contact-method' | 'person-unknown' }[];
}

/**
 * The people of some targets at an instant, each once, for the first reason that names them. A target that gives nobody who
 * can be reached is a gap; nobody at all is an answer.
 */
export function resolveTargets(directory: Directory, targets: readonly Target[], at: number): Resolved {
  const people = new Map<string, Reachable>();
  const passedOver = new Map<string, Resolved['passedOver'][number]>();
  const gaps: string[] = [];
  for (const target of targets) {
    const all = namedBy(directory, target, at);
    const named = all.filter(({ personId }) => canBeReached(directory, personId));
    for (const one of all) {
      if (!named.includes(one) && !passedOver.has(one.personId))
        passedOver.set(one.personId, {
          ...one,
          reason: directory.people.has(one.personId) ? 'no-contact-method' : 'person-unknown',
        });
    }
    if (named.length === 0) gaps.push(`${target.kind} ${target.id}`);
    for (const { personId, because } of named) {
      if (people.has(personId)) continue;
      const person = directory.people.get(personId)!;
      people.set(personId, { personId, high: rulesOf(person, 'high'), low: rulesOf(person, 'low'), because });
    }
  }
  return { people: [...people.values()], gaps: [...new Set(gaps)], passedOver: [...passedOver.values()] };
}

function namedBy(directory: Directory, target: Target, at: number): { personId: string; because: string }[] {
  const { kind, id } = target;
  switch (kind) {
    case 'person':
      return [{ personId: id, because: 'person' }];
    case 'team':
      return (directory.teams.get(id)?.memberIds ?? []).map((personId) => ({ personId, because: `team ${id}` }));
    case 'schedule': {
      const schedule = directory.schedules.get(id);
      const shifts = schedule ? onCall(schedule, at) : [];
      return shifts.map(({ personId, source }) => ({ personId, because: `schedule ${id}, ${source}` }));
    }
    default:
      return kind satisfies never;
  }
}

function canBeReached(directory: Directory, personId: string): boolean {
  return (directory.people.get(personId)?.contactMethods.length ?? 0) > 0;
}

/** Somebody who wrote no rules for an urgency is reached in every way there is, at once: a page too many beats silence. */
function rulesOf(person: ReachablePerson, urgency: Urgency): NotificationRule[] {
  const rules = person.rules[urgency].flatMap((rule) => withChannel(person, rule));
  if (rules.length > 0) return rules;
  return person.contactMethods.map(({ id, channel }) => ({
    contactMethodId: id,
    channel,
    delayMs: 0,
    repeats: 0,
    repeatEveryMs: 0,
  }));
}

function withChannel(person: ReachablePerson, rule: RuleDefinition): NotificationRule[] {
  const method = person.contactMethods.find(({ id }) => id === rule.contactMethodId);
  return method ? [{ ...rule, channel: method.channel }] : [];
}
