import type { Severity } from '../escalation-types.ts';
import type { StoredLayer } from '../paged-people.ts';
import { flag, number, text } from './entry-data.ts';
import { EscalationLadder } from './escalation-ladder.ts';
import type { Ladder, LadderEntry, LadderHead, LadderNotification } from './ladder-types.ts';
import { moveOn } from './moves.ts';
import { receiptsIn, type Said } from './receipts.ts';

const RESPONSE = 'response';

export interface LadderOptions {
  /** Who the layers were: tells who of them was passed over, and what is still ahead. */
  layers?: readonly StoredLayer[];
  /** What the workflow waits for; the log does not hold it. */
  next?: Ladder['next'];
}

/**
 * The ladder of an incident: who was told, by which layer, on which channel, what came of it, and why someone was not. Made from
 * the incident's log alone, in the log's order; receipts may stand anywhere in it and read the same. What a longer log adds
 * comes after what a shorter one gave, and states only move forward. A notification is shown once it is known to be planned.
 */
export function ladderView(entries: readonly LadderEntry[], now: number, options: LadderOptions = {}): Ladder {
  const { layers = [], next = null } = options;
  const escalations = new Map<string, EscalationLadder>();
  const head = emptyHead();
  for (const entry of entries) read(head, escalations, entry, layers);
  const said = receiptsIn(entries);
  for (const escalation of escalations.values()) {
    for (const one of escalation.notifications()) applyReceipts(one, said.get(one.id));
    escalation.lookAhead(now);
  }
  finishHead(head, escalations.get(RESPONSE));
  return { head, escalations: [...escalations.values()].map((one) => one.view), next };
}

function read(
  head: LadderHead,
  escalations: Map<string, EscalationLadder>,
  entry: LadderEntry,
  layers: readonly StoredLayer[],
): void {
  const id = text(entry, 'escalation');
  if (id === '') return readWhole(head, escalations, entry);
  const one = escalations.get(id) ?? new EscalationLadder(id, layers);
  escalations.set(id, one);
  // Only the response says of the incident whose it is.
  const of = id === RESPONSE ? head : emptyHead();
  switch (entry.kind) {
    case 'escalation-started':
    case 'summoned':
      return one.started(entry);
    case 'gap':
      return one.gap(entry);
    case 'passed-over':
      return one.passedOver(entry);
    case 'layer-started':
      one.layerStarted(entry, head.severity);
      return say(of, 'paging', entry.at);
    case 'layer-empty':
      return one.layerEmpty(entry);
    case 'layer-ended':
      return one.layerEnded(entry);
    case 'page-planned':
    case 'news-planned':
      return one.planned(entry);
    case 'notification-refused':
    case 'notification-undelivered':
      return one.failed(entry);
    case 'notification-pending':
    case 'notification-lost':
      return one.askedAgain(entry);
    case 'resumed':
    case 'entries-left-out':
      return one.interrupted(entry);
    case 'person-unreachable':
      return one.person(entry, 'unreachable');
    case 'accepted':
      one.answered(entry, 'accept');
      one.person(entry, 'accepted');
      one.stop(entry.at, 'accepted');
      one.ownerId = text(entry, 'person');
      return say(of, 'has-it', entry.at, number(entry, 'until'));
    case 'rejected':
      one.answered(entry, 'reject');
      one.person(entry, one.ownerId === text(entry, 'person') ? 'handed-back' : 'rejected');
      one.withdraw(entry, 'rejected');
      return letGo(of, one, entry);
    case 'escalated':
      one.answered(entry, 'escalate');
      one.person(entry, 'escalated');
      one.withdraw(entry, 'escalated');
      one.stop(entry.at, 'escalated');
      return letGo(of, one, entry, true);
    case 'late-answer':
      return one.answered(entry, 'late');
    case 'reassigned':
    case 'ack-timed-out':
    case 'snooze-ended':
      one.stop(entry.at, entry.kind);
      return letGo(of, one, entry, true);
    case 'snoozed':
      one.stop(entry.at, 'snoozed');
      return say(of, 'snoozed', entry.at, number(entry, 'until'));
    case 'summon-ended':
      return one.ended(entry);
    case 'severity-set':
      return severityIs(head, escalations, entry);
    default:
      return;
  }
}

/** What is said of the incident as a whole. */
function readWhole(head: LadderHead, escalations: Map<string, EscalationLadder>, entry: LadderEntry): void {
  switch (entry.kind) {
    case 'opened':
      head.openedAt = entry.at;
      head.since = entry.at;
      head.severity = text(entry, 'severity') as Severity;
      head.drill = flag(entry, 'drill');
      return;
    case 'severity-raised':
      return severityIs(head, escalations, entry);
    case 'source-resolved':
    case 'close-refused':
      if (flag(entry, 'answered')) return;
      for (const one of escalations.values()) one.stop(entry.at, entry.kind);
      return;
    case 'closed':
      for (const one of escalations.values()) one.stop(entry.at, 'closed');
      head.closedBy = text(entry, 'by');
      return say(head, 'closed', entry.at);
    default:
      return;
  }
}

function severityIs(head: LadderHead, escalations: Map<string, EscalationLadder>, entry: LadderEntry): void {
  head.severity = text(entry, 'to') as Severity;
  for (const one of escalations.values()) one.severityRaised(entry.at, head.severity);
}

/** Somebody who had it has it no more: until the next layer begins, nobody is paged. */
function letGo(head: LadderHead, one: EscalationLadder, entry: LadderEntry, whoever = false): void {
  if (one.ownerId === null && head.saying !== 'snoozed') return;
  if (!whoever && one.ownerId !== text(entry, 'person')) return;
  one.ownerId = null;
  say(head, 'waiting', entry.at);
}

function say(head: LadderHead, saying: LadderHead['saying'], at: number, until: number | null = null): void {
  // Closed is the end: what comes late to the log does not open it again.
  if (head.saying === 'closed') return;
  if (head.saying !== saying || saying !== 'paging') head.since = at;
  head.saying = saying;
  head.until = until;
}

function emptyHead(): LadderHead {
  return {
    saying: 'waiting',
    severity: null,
    drill: false,
    openedAt: null,
    since: null,
    ownerId: null,
    round: null,
    layer: null,
    paged: [],
    until: null,
    closedBy: null,
  };
}

function finishHead(head: LadderHead, response: EscalationLadder | undefined): void {
  head.ownerId = response?.ownerId ?? null;
  if (head.saying !== 'paging') return;
  const step = response?.running;
  if (!step) {
    // Between two layers, or about to close.
    head.saying = 'waiting';
    return;
  }
  head.round = step.round;
  head.layer = step.layer;
  head.until = step.until;
  head.paged = step.people.filter((one) => one.state === 'paged').map((one) => one.personId);
}

/** Receipts say what the plan could not know; they never take back what is further on. */
function applyReceipts(one: LadderNotification, said: Said | undefined): void {
  if (!said) return;
  one.attempts = said.attempts;
  if (said.state) moveOn(one, said.state, said.reason, said.at);
  // Time was up, but that is not why: every provider that was asked refused.
  if (one.state === 'not-sent' && said.refusal !== '') one.reason = said.refusal;
}
