import { beginClose } from './close.ts';
import type { Severity } from './escalation-types.ts';
import { planNews, planPage } from './notifications.ts';
import type { Counts, EscalationState } from './plan-types.ts';
import { isWorse, urgencyOf } from './severity.ts';
import { record, severityOf, type Turn } from './turn.ts';

/** New counts of the incident's alerts; what is not newer than the last heard changes nothing. */
export function takeAlerts(turn: Turn, counts: Counts): void {
  const { state } = turn;
  const before = state.counts;
  if (counts.version <= before.version) return;
  const known = severityOf(state);
  state.counts = { ...counts, severity: isWorse(counts.severity, before.severity) ? counts.severity : before.severity };
  if (state.status === 'closed') return;
  const severity = severityOf(state);
  if (isWorse(severity, known)) {
    record(turn, 'severity-raised', { from: known, to: severity });
    severityChanged(turn, known, null);
  }
  if (counts.members > before.members) {
    const joined = counts.members - before.members;
    record(turn, 'members-joined', { joined, members: counts.members, firing: counts.firing });
    tellOwners(turn, joined === 1 ? '1 new member' : `${joined} new members`);
  }
  if (counts.firing === 0 && before.firing > 0) sourceResolved(turn);
}

/**
 * The last firing member resolved. While nobody has answered that is the end of the incident; afterwards it is for the owner
 * to say so.
 */
export function sourceResolved(turn: Turn): void {
  const { state } = turn;
  if (state.status === 'closing' || state.status === 'closed') return;
  const answered = state.escalations.some((one) => one.ownerId !== null);
  record(turn, 'source-resolved', { answered });
  if (!answered) return beginClose(turn, 'source', true);
  tellOwners(turn, 'the source says resolved');
}

/**
 * The severity is another than before. Where people are reached more urgently now, those being paged are paged anew by those
 * rules; where less, what is planned stays, and the next layer is paged by them. The owner hears of it, unless they said it.
 */
export function severityChanged(turn: Turn, before: Severity, by: string | null): void {
  const { state } = turn;
  const severity = severityOf(state);
  if (severity === before) return;
  const urgency = urgencyOf(severity);
  if (urgency !== state.urgency) {
    state.urgency = urgency;
    if (urgency === 'high') for (const escalation of state.escalations) replanPages(turn, escalation);
  }
  tellOwners(turn, `severity is now ${severity}`, by);
}

/** People being paged are paged by the rules of the new urgency from now on. What was sent stays sent. */
function replanPages(turn: Turn, escalation: EscalationState): void {
  if (escalation.phase !== 'trying') return;
  for (const one of escalation.notifications) {
    if (one.key.kind === 'page' && one.state === 'due' && one.tries === 0) one.state = 'dropped';
  }
  for (const paged of escalation.people) {
    if (paged.state === 'paged') planPage(turn, escalation, paged.person);
  }
}

function tellOwners(turn: Turn, note: string, but: string | null = null): void {
  for (const escalation of turn.state.escalations) {
    const { ownerId } = escalation;
    if (ownerId === null || ownerId === but) continue;
    record(turn, 'owner-told', { escalation: escalation.id, person: ownerId, note });
    planNews(turn, escalation, ownerId, 'update', note);
  }
}
