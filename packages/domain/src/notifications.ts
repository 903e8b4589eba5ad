import type { NotificationKind, NotificationRule, Reachable, Urgency } from './escalation-types.ts';
import { rememberPaged } from './paged-people.ts';
import type { EscalationState, PlannedNotification } from './plan-types.ts';
import { ask, record, type Turn, unask } from './turn.ts';

/** The most people one page activity carries. */
export const PEOPLE_PER_DELIVERY = 50;
/** How long news for people who are not being paged stay worth sending. */
export const NEWS_USEFUL_MS = 10 * 60_000;

/** A person's rules for an urgency; those of the other where there are none, so that nobody is unreachable by omission. */
export function rulesFor(person: Reachable, urgency: Urgency): NotificationRule[] {
  const [wanted, other] = urgency === 'high' ? [person.high, person.low] : [person.low, person.high];
  return wanted.length > 0 ? wanted : other;
}

/** Plans a person's page in the layer that is running: each contact method after its delay, and its repeats, inside the layer. */
export function planPage(turn: Turn, escalation: EscalationState, person: Reachable): void {
  const until = escalation.until ?? turn.now;
  for (const rule of rulesFor(person, turn.state.urgency)) {
    for (let time = 0; time <= rule.repeats; time += 1) {
      const dueAt = turn.now + rule.delayMs + time * rule.repeatEveryMs;
      if (dueAt >= until) break;
      add(turn, escalation, person.personId, rule, 'page', { dueAt, note: '', usefulUntil: null });
    }
  }
  rememberPaged(escalation, person);
}

/**
 * Tells a person something that asks for no answer: once on each contact method that does not ring. A person with nothing
 * but phones to ring is rung for an `update`, which is theirs to know, and left asleep otherwise.
 */
export function planNews(
  turn: Turn,
  escalation: EscalationState,
  personId: string,
  kind: NotificationKind,
  note = '',
): void {
  const person = escalation.everPaged.find((one) => one.personId === personId);
  const rules = person ? rulesFor(person, turn.state.urgency) : [];
  const quiet = rules.filter((rule) => rule.channel !== 'voice');
  const chosen = quiet.length > 0 || kind !== 'update' ? quiet : rules;
  const seen = new Set<string>();
  for (const rule of chosen) {
    if (seen.has(rule.contactMethodId)) continue;
    seen.add(rule.contactMethodId);
    add(turn, escalation, personId, rule, kind, { dueAt: turn.now, note, usefulUntil: turn.now + NEWS_USEFUL_MS });
  }
}

function add(
  turn: Turn,
  escalation: EscalationState,
  personId: string,
  rule: NotificationRule,
  kind: NotificationKind,
  when: Pick<PlannedNotification, 'dueAt' | 'note' | 'usefulUntil'>,
): void {
  const counter = `${rule.contactMethodId}/${kind}`;
  const repeat = Math.max(escalation.repeats[counter] ?? 0, repeatsFrom(escalation, kind)) + 1;
  escalation.repeats[counter] = repeat;
  const { incidentId } = turn.state;
  const { id: escalationId, round, layer } = escalation;
  const { contactMethodId } = rule;
  const id = [incidentId, escalationId, round, layer, personId, contactMethodId, repeat, kind].join('/');
  escalation.notifications.push({
    key: { id, incidentId, escalationId, round, layer, personId, contactMethodId, repeat, kind },
    channel: rule.channel,
    state: 'due',
    effectId: null,
    reachedProvider: false,
    tries: 0,
    ...when,
  });
}

/** The pages of a layer that was taken up again have the keys they had; everything else has new ones. */
function repeatsFrom({ fresh, round }: EscalationState, kind: NotificationKind): number {
  if (!fresh) return 0;
  return kind === 'page' && round < fresh.round ? 0 : fresh.repeat;
}

/** Ends pages that are not settled: of one person, or of everybody. What an activity still carries is taken from it. */
export function dropPages(turn: Turn, escalation: EscalationState, personId: string | null): void {
  for (const one of escalation.notifications) {
    if (one.key.kind !== 'page' || (personId !== null && one.key.personId !== personId)) continue;
    if (one.state === 'due' || one.state === 'sending') one.state = 'dropped';
  }
  const wanted = new Set(escalation.notifications.filter((one) => one.state === 'sending').map((one) => one.key.id));
  unask(
    turn,
    (effect) =>
      effect.kind === 'deliver' &&
      effect.items[0]?.escalationId === escalation.id &&
      !effect.items.some((item) => wanted.has(item.id)),
  );
}

/**
 * Hands what is due to page activities, by channel and at most 50 at a time. Of a contact method's overdue repeats only the
 * newest goes: after a dark hour a person is called once.
 */
export function deliverDue(turn: Turn, escalation: EscalationState): void {
  collapseOverdue(turn, escalation);
  const batches = new Map<string, PlannedNotification[]>();
  for (const one of escalation.notifications) {
    if (one.state !== 'due' || one.dueAt > turn.now) continue;
    const { kind, round, layer } = one.key;
    const usefulUntil = one.usefulUntil ?? escalation.until ?? turn.now;
    if (usefulUntil <= turn.now) {
      one.state = 'dropped';
      continue;
    }
    const name = [one.channel, kind, round, layer, one.note, usefulUntil].join('|');
    const batch = batches.get(name) ?? [];
    batches.set(name, batch);
    batch.push(one);
  }
  for (const batch of batches.values()) {
    for (let from = 0; from < batch.length; from += PEOPLE_PER_DELIVERY) {
      handOver(turn, escalation, batch.slice(from, from + PEOPLE_PER_DELIVERY));
    }
  }
  escalation.notifications = escalation.notifications.filter(
    (one) => one.key.kind === 'page' || one.state === 'due' || one.state === 'sending',
  );
}

function handOver(turn: Turn, escalation: EscalationState, batch: PlannedNotification[]): void {
  const [first] = batch;
  if (!first) return;
  const { round, layer, kind } = first.key;
  const effect = ask(turn, {
    kind: 'deliver',
    channel: first.channel,
    round,
    layer,
    items: batch.map((one) => one.key),
    usefulUntil: first.usefulUntil ?? escalation.until ?? turn.now,
    note: first.note,
  });
  const fresh = batch.filter((one) => one.tries === 0);
  for (const one of batch) {
    one.state = 'sending';
    one.effectId = effect.id;
    one.tries += 1;
  }
  if (fresh.length === 0) return;
  record(turn, kind === 'page' ? 'page-planned' : 'news-planned', {
    escalation: escalation.id,
    round,
    layer,
    channel: first.channel,
    kind,
    ...(kind === 'page' ? {} : { note: first.note }),
    notifications: fresh.map((one) => one.key.id),
  });
}

function collapseOverdue(turn: Turn, escalation: EscalationState): void {
  const chosen = new Map<string, PlannedNotification>();
  const overdue = escalation.notifications.filter(
    (one) => one.key.kind === 'page' && one.state === 'due' && one.dueAt <= turn.now,
  );
  for (const one of overdue) {
    const before = chosen.get(one.key.contactMethodId);
    if (!before || isFurther(one, before)) chosen.set(one.key.contactMethodId, one);
  }
  for (const one of overdue) {
    if (chosen.get(one.key.contactMethodId) !== one) one.state = 'dropped';
  }
}

/** One that was handed over before keeps its key, since the ledger knows how far it came; else the later one stands for all. */
function isFurther(one: PlannedNotification, than: PlannedNotification): boolean {
  if (one.tries > 0 !== than.tries > 0) return one.tries > 0;
  return one.dueAt > than.dueAt;
}
