import type { NotificationRule, Reachable, ResolvedLayer } from './escalation-types.ts';
import type { EscalationState, LogEntry } from './plan-types.ts';
import { logged, notificationIn } from './read-log.ts';

/** The people of a layer as `incidents` keeps them; round 0 holds those who were resolved when the escalation began. */
export interface StoredLayer {
  escalationId: string;
  round: number;
  layer: number;
  people: ResolvedLayer;
}

/**
 * A person was paged: whatever is told later reaches them, by the rules they have now and by all those they were paged by before.
 * A phone of an earlier layer may still ring when somebody else accepts.
 */
export function rememberPaged(escalation: EscalationState, person: Reachable): void {
  const { everPaged } = escalation;
  const at = everPaged.findIndex((one) => one.personId === person.personId);
  if (at < 0) everPaged.push(person);
  else everPaged[at] = joined(person, everPaged[at] ?? person);
}

/**
 * Everybody whom a life before may have paged, with all their contact methods that it may have used: those of whom the log says
 * so, and the people of layers that were stored and of which the log does not tell.
 */
export function pagedBefore(entries: LogEntry[], layers: StoredLayer[]): Reachable[] {
  const paged = new Set<string>();
  const told = new Set<string>();
  const methods = new Map<string, NotificationRule[]>();
  for (const entry of entries) {
    if (entry.kind === 'layer-started' || entry.kind === 'layer-empty') told.add(placeOf(entry.data));
    for (const id of logged(entry, 'people')) paged.add(id);
    if (entry.kind !== 'page-planned') continue;
    for (const id of logged(entry, 'notifications')) {
      const { personId, contactMethodId } = notificationIn(id);
      paged.add(personId);
      const channel = entry.data.channel as NotificationRule['channel'];
      const rule = { contactMethodId, channel, delayMs: 0, repeats: 0, repeatEveryMs: 0 };
      methods.set(personId, [...(methods.get(personId) ?? []), rule]);
    }
  }
  const stored = layers.toSorted((a, b) => b.round - a.round || b.layer - a.layer);
  for (const one of stored) {
    if (one.round === 0 || told.has(placeOf(one))) continue;
    for (const { personId } of one.people.people) paged.add(personId);
  }
  const known = stored.flatMap((one) => one.people.people);
  return [...paged].map((personId) => {
    const used: Reachable = { personId, high: methods.get(personId) ?? [], low: [], because: 'from-the-log' };
    return [...known.filter((one) => one.personId === personId), used].reduce(joined);
  });
}

function placeOf({ round, layer }: { round?: unknown; layer?: unknown }): string {
  return `${round}/${layer}`;
}

/** One person's rules of two times, the newer ones first. */
function joined(newer: Reachable, older: Reachable): Reachable {
  return { ...newer, high: union(newer.high, older.high), low: union(newer.low, older.low) };
}

function union(newer: NotificationRule[], older: NotificationRule[]): NotificationRule[] {
  const rules = new Map(older.toReversed().map((rule) => [rule.contactMethodId, rule]));
  for (const { contactMethodId } of newer) rules.delete(contactMethodId);
  return [...newer, ...rules.values()];
}
