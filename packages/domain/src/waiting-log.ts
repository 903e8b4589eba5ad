import type { IncidentEvent, LogEntry } from './plan-types.ts';
import { logged, number } from './read-log.ts';
import { ask, settle, type Turn } from './turn.ts';

/** The most log entries that are handed over at once. */
const ENTRIES_PER_APPEND = 100;
/** Characters of waiting entries, as JSON, above which the oldest are left out: a workflow's state must stay below 2 MiB. */
const MOST_WAITING = 256 * 1_024;
/** The newest are kept as they are: where the escalation stands now is in them. */
const NEWEST_KEPT = 20;

/** What the clock alone makes, again and again. What people and sources did is kept, however long it waits. */
const ROUTINE = new Set<LogEntry['kind']>([
  'layer-started',
  'layer-empty',
  'layer-ended',
  'gap',
  'passed-over',
  'page-planned',
  'notification-refused',
  'notification-pending',
  'person-unreachable',
  'entries-left-out',
]);

/** Entries go in order, one batch at a time; pages never wait for them. */
export function handOverLog(turn: Turn): void {
  const { state } = turn;
  leaveOut(turn);
  if (state.log.length === 0 || inHand(turn) > 0) return;
  ask(turn, { kind: 'log', entries: state.log.slice(0, ENTRIES_PER_APPEND) });
}

export function takeLogged(turn: Turn, event: Extract<IncidentEvent, { kind: 'logged' }>): void {
  settle(turn, event.effectId);
  const through = turn.state.log.findIndex((entry) => entry.id === event.throughId);
  if (through >= 0) turn.state.log.splice(0, through + 1);
}

/** Entries that are being written just now, and so must stay what they are. */
function inHand({ state }: Turn): number {
  const effect = state.pending.find((one) => one.kind === 'log');
  return effect?.kind === 'log' ? effect.entries.length : 0;
}

/**
 * While `incidents` is away for hours, entries would wait in the state until it is too large to be kept at all. So of those that
 * follow each other and say only that paging went on, one is left that says so.
 */
function leaveOut(turn: Turn): void {
  const { log } = turn.state;
  const from = inHand(turn);
  const to = log.length - NEWEST_KEPT;
  if (to - from < 2 || JSON.stringify(log).length <= MOST_WAITING) return;
  const kept: LogEntry[] = [];
  let run: LogEntry[] = [];
  const endRun = () => {
    const [first] = run;
    if (first) kept.push(run.length === 1 ? first : summary(first, run));
    run = [];
  };
  for (const entry of log.slice(from, to)) {
    if (ROUTINE.has(entry.kind)) run.push(entry);
    else {
      endRun();
      kept.push(entry);
    }
  }
  endRun();
  turn.state.log = [...log.slice(0, from), ...kept, ...log.slice(to)];
}

/** What is left of entries that follow each other. It has the first one's id: none of them was ever handed over. */
function summary(first: LogEntry, run: LogEntry[]): LogEntry {
  const last = run.at(-1) ?? first;
  const sum = (count: (entry: LogEntry) => number) => run.reduce((total, entry) => total + count(entry), 0);
  return {
    id: first.id,
    kind: 'entries-left-out',
    at: first.at,
    data: {
      escalation: first.data.escalation ?? '',
      through: number(last, 'through') ?? last.at,
      entries: sum((entry) => number(entry, 'entries') ?? 1),
      layers: sum((entry) => number(entry, 'layers') ?? (entry.kind === 'layer-started' ? 1 : 0)),
      pages: sum(
        (entry) =>
          number(entry, 'pages') ?? (entry.kind === 'page-planned' ? logged(entry, 'notifications').length : 0),
      ),
      people: [...new Set(run.flatMap((entry) => logged(entry, 'people')))],
      round: number(last, 'round'),
      layer: number(last, 'layer'),
      reason: 'the-log-was-not-taken',
    },
  };
}
