import type { Policy, Severity } from './escalation-types.ts';
import { heardCounts } from './heard-counts.ts';
import { type IncidentFacts, newIncident } from './incident-state.ts';
import { catchAllLayer, ROSTER_PATIENCE_MS } from './layers.ts';
import { NEWS_USEFUL_MS, planNews } from './notifications.ts';
import { pagedBefore, type StoredLayer } from './paged-people.ts';
import { plan } from './plan.ts';
import type { Decision, EscalationState, Fresh, IncidentEvent, IncidentState, LogEntry } from './plan-types.ts';
import { logged, notificationIn, number, text } from './read-log.ts';
import { restoreSupport } from './restore-support.ts';
import { resumePoint } from './resume-point.ts';
import { type SeverityWord, urgencyOf } from './severity.ts';
import { ask, channelsOf, openTurn, record, severityOf, type Turn } from './turn.ts';

/** An answer or a command that a life before has decided on. */
export interface DecidedAnswer {
  event: Extract<IncidentEvent, { id: string }>;
  decision: Pick<Decision, 'round' | 'reason'> & { outcome: string };
}

/** What is kept of an incident's lives before, whatever became of their workflows. */
export interface Kept {
  /** In the log's order; the last ones of a life that was lost may be missing. */
  entries: LogEntry[];
  layers: StoredLayer[];
  /** In the order in which they were stored. */
  answers: DecidedAnswer[];
}

/** More often than this no life uses a contact method in one round. */
const REPEATS_A_LIFE = 1_000;
/** So many lives have repeats of their own: on the wire a repeat has 31 bits. */
const LIVES = 1_000_000;

/**
 * The state of an incident whose workflow was lost, made from what is kept of it. It takes up the layer it was in, and that
 * layer's pages get the keys they had, so that what was sent is found sent; all that follows has keys of its own. An answer
 * stands, whether the log tells of it or not, and everybody who may have been paged hears of it. A snooze and an
 * acknowledgement's time-out end when they would have.
 */
export function restoreIncident(facts: IncidentFacts, kept: Kept, now: number): IncidentState {
  const turn = openTurn(newIncident(facts), now);
  const { state } = turn;
  const [response] = state.escalations;
  if (!response) return state;
  const { entries, answers } = kept;
  const started = entries.find((entry) => entry.kind === 'escalation-started');
  // What was answered before it began stands nowhere in a ladder: it is decided once more.
  const read = started ? entries : [];
  state.decided = read.flatMap(decisionIn);
  state.word = wordIn(read);
  if (started) state.counts = heardCounts(entries, state.counts);
  state.urgency = urgencyOf(severityOf(state));
  const own = keptOf(kept, response.id);
  response.everPaged = pagedBefore(own.entries, own.layers);
  const stoppedThrough = started ? standWhere(turn, response, started, own) : null;
  response.fresh = freshFor(facts.epoch, response, own);
  stopAgain(turn, response, stoppedThrough);
  tellAgain(turn, response, own.entries);
  for (const summoned of read.filter((entry) => entry.kind === 'summoned')) {
    const its = keptOf(kept, text(summoned, 'escalation'));
    const support = restoreSupport(summoned, its, closedAfter(read, summoned), now);
    support.everPaged = pagedBefore(its.entries, its.layers);
    support.fresh = freshFor(facts.epoch, support, its);
    state.escalations.push(support);
    if (support.phase !== 'resolving') stopAgain(turn, support, support.round);
    tellAgain(turn, support, its.entries);
  }
  return unlogged(read, answers).reduce((next, one) => decideAgain(next, one, now), state);
}

/** True where the incident was about to close: that ended the paging of who was added, and a refused close does not begin it again. */
function closedAfter(entries: LogEntry[], entry: LogEntry): boolean {
  return entries
    .slice(entries.indexOf(entry))
    .some(({ kind, data }) => kind === 'close-refused' || (kind === 'source-resolved' && data.answered === false));
}

/** What is kept of one escalation. Entries that name none are of the incident as a whole: the response reads them. */
function keptOf({ entries, layers, answers }: Kept, escalationId: string): Kept {
  return {
    entries: entries.filter((entry) => (text(entry, 'escalation') || 'response') === escalationId),
    layers: layers.filter((one) => one.escalationId === escalationId),
    answers: answers.filter(({ event }) => escalationOf(event) === escalationId),
  };
}

/** Whose round a decision names: all but a person's answer is for the response. */
function escalationOf(event: DecidedAnswer['event']): string {
  return event.kind === 'answer' ? event.escalationId : 'response';
}

function freshFor(epoch: number, escalation: EscalationState, own: Kept): Fresh {
  return { round: Math.max(lastRound(own), escalation.round) + 1, repeat: (epoch % LIVES) * REPEATS_A_LIFE };
}

/** Puts the escalation where its log ends. Answers with the round through which paging had been stopped; null: it had not. */
function standWhere(
  turn: Turn,
  escalation: EscalationState,
  started: LogEntry,
  { entries, layers }: Kept,
): number | null {
  const { state, now } = turn;
  const policy = JSON.parse(text(started, 'rules')) as Policy;
  const { stoppedThrough, ...point } = resumePoint(policy, entries);
  Object.assign(escalation, point, { policy, fallback: fallbackOf(policy, layers) });
  if (point.phase === 'resolving') Object.assign(escalation, { since: now, until: now + ROSTER_PATIENCE_MS });
  state.status = point.ownerId === null ? 'open' : 'acknowledged';
  const { id, round, layer, phase } = escalation;
  record(turn, 'resumed', { escalation: id, round, layer, phase, reason: 'workflow-was-lost' });
  return stoppedThrough;
}

/** The withdrawal may not have come through: what rings would ring on. */
function stopAgain(turn: Turn, escalation: EscalationState, throughRound: number | null): void {
  const channels = channelsOf(escalation);
  if (throughRound === null || channels.length === 0) return;
  const { id, layer } = escalation;
  ask(turn, { kind: 'withdraw', escalationId: id, throughRound, personId: null, layer, channels });
}

/** News may not have come through either. They have the keys they had; who took it is told to everybody of whom no log tells. */
function tellAgain(turn: Turn, escalation: EscalationState, entries: LogEntry[]): void {
  const told = new Set<string>();
  for (const entry of entries) {
    if (entry.kind === 'accepted') told.clear();
    if (entry.kind !== 'news-planned') continue;
    for (const id of logged(entry, 'notifications')) told.add(notificationIn(id).personId);
    // Older logs do not say what the news was.
    const { note } = entry.data;
    if (typeof note === 'string' && entry.at + NEWS_USEFUL_MS > turn.now) sendAgain(turn, escalation, entry, note);
  }
  const { ownerId } = escalation;
  if (ownerId === null) return;
  for (const { personId } of escalation.everPaged) {
    if (personId !== ownerId && !told.has(personId)) planNews(turn, escalation, personId, 'taken', ownerId);
  }
}

function sendAgain(turn: Turn, escalation: EscalationState, entry: LogEntry, note: string): void {
  for (const id of logged(entry, 'notifications')) {
    const { personId, contactMethodId, repeat, kind } = notificationIn(id);
    const round = number(entry, 'round') ?? 0;
    const layer = number(entry, 'layer') ?? 0;
    const { incidentId } = turn.state;
    const named = { id, incidentId, escalationId: escalation.id, round, layer, personId, contactMethodId, repeat };
    escalation.notifications.push({
      key: { ...named, kind: kind as EscalationState['notifications'][number]['key']['kind'] },
      channel: entry.data.channel as EscalationState['notifications'][number]['channel'],
      dueAt: entry.at,
      state: 'due',
      effectId: null,
      reachedProvider: false,
      // Planned before: it is not put on record again.
      tries: 1,
      note,
      usefulUntil: entry.at + NEWS_USEFUL_MS,
    });
  }
}

function fallbackOf(policy: Policy, layers: StoredLayer[]): EscalationState['fallback'] {
  return Array.from({ length: catchAllLayer(policy) }, (_, index) => {
    const stored = layers.find((one) => one.round === 0 && one.layer === index + 1);
    return stored?.people ?? { people: [], gaps: [] };
  });
}

/** The last round that any life before can have paged in, and withdrawn. */
function lastRound({ entries, layers, answers }: Kept): number {
  const rounds = [
    ...entries.map((entry) => number(entry, 'round') ?? 0),
    ...layers.map((one) => one.round),
    ...answers.map((one) => one.decision.round),
  ];
  return rounds.reduce((a, b) => Math.max(a, b), 1);
}

const ENDS = new Set(['yours', 'resolved', 'done']);
const DECIDES = new Set([...ENDS, 'rejected', 'escalated']);

/** Decisions whose entries were lost with the workflow. Whoever answered heard them, so they stand. */
function unlogged(entries: LogEntry[], answers: DecidedAnswer[]): DecidedAnswer[] {
  const known = new Set(entries.map((entry) => text(entry, 'answer')));
  return answers.filter(
    ({ event, decision: { outcome, reason } }) =>
      DECIDES.has(outcome) && reason !== 'already-yours' && !known.has(event.id),
  );
}

function decideAgain(state: IncidentState, { event, decision }: DecidedAnswer, now: number): IncidentState {
  // Answered before it began: its policy is asked for all the same.
  const ready = plan(state, { kind: 'wake' }, now).state;
  // It ended the pages of that round, which may be later than the log tells.
  const ended = endsPages(event, decision.outcome) ? escalationOf(event) : null;
  for (const one of ready.escalations) if (one.id === ended) one.round = Math.max(one.round, decision.round);
  return plan(ready, event, now).state;
}

/** How bad it is, and who is added, ends nobody's page. */
function endsPages({ kind }: DecidedAnswer['event'], outcome: string): boolean {
  return kind !== 'severity' && kind !== 'summon' && ENDS.has(outcome);
}

/** What a person said of the severity last. */
function wordIn(entries: LogEntry[]): SeverityWord | null {
  const said = entries.findLast((entry) => entry.kind === 'severity-set');
  if (!said) return null;
  const [severity, over] = [text(said, 'to') as Severity, text(said, 'over') as Severity];
  return { severity, over, personId: text(said, 'person') };
}

const OUTCOMES: Partial<Record<LogEntry['kind'], Decision['outcome']>> = {
  accepted: 'yours',
  rejected: 'rejected',
  escalated: 'escalated',
  reassigned: 'done',
  snoozed: 'done',
  summoned: 'done',
  'severity-set': 'done',
};

function decisionIn(entry: LogEntry): { id: string; decision: Decision }[] {
  const outcome = OUTCOMES[entry.kind];
  const id = text(entry, 'answer');
  if (!outcome || id === '') return [];
  const ownerId = entry.kind === 'accepted' ? text(entry, 'person') : null;
  const round = number(entry, 'round') ?? 0;
  return [
    { id, decision: { outcome, ownerId, escalationId: text(entry, 'escalation'), round, reason: 'from-the-log' } },
  ];
}
