import type { Policy, Target } from './escalation-types.ts';
import { catchAllLayer, placeAfter } from './layers.ts';
import type { LogEntry } from './plan-types.ts';
import { logged, notificationIn, number, targetIn, text } from './read-log.ts';

/** Where an escalation stood, as far as its log tells. */
export interface ResumePoint {
  phase: 'resolving' | 'answered' | 'snoozed';
  round: number;
  layer: number;
  pass: number;
  /** Layers of the pass that had somebody to page, this one not counted. */
  pagedLayers: number;
  rejected: string[];
  assigned: Target[];
  ownerId: string | null;
  /** When it was answered or snoozed, and when that ends by itself. */
  since: number;
  until: number | null;
  /** The counters as they were when the layer began: its pages get the keys they had. */
  repeats: Record<string, number>;
  /** Pages up to this round were stopped by an answer, a command or a close; null: none were. */
  stoppedThrough: number | null;
}

interface Reading {
  policy: Policy;
  at: ResumePoint;
  /** The counters after all that was planned. */
  used: Record<string, number>;
  /** Those that were used in this layer. */
  usedHere: Set<string>;
  /** True once the log tells that the layer had somebody to page. */
  isPaged: boolean;
}

/** Reads an escalation's log in its order, and stands where its plan stood after the last entry. */
export function resumePoint(policy: Policy, entries: LogEntry[]): ResumePoint {
  const at: ResumePoint = {
    phase: 'resolving',
    round: 1,
    layer: firstLayer(policy),
    pass: 1,
    pagedLayers: 0,
    rejected: [],
    assigned: [],
    ownerId: null,
    since: 0,
    until: null,
    repeats: {},
    stoppedThrough: null,
  };
  const reading: Reading = { policy, at, used: {}, usedHere: new Set(), isPaged: false };
  for (const entry of entries) read(reading, entry);
  return at;
}

function read(reading: Reading, entry: LogEntry): void {
  const { at, policy } = reading;
  const person = text(entry, 'person');
  const assigned: Target[] = person === '' ? [] : [{ kind: 'person', id: person }];
  switch (entry.kind) {
    case 'layer-started':
      enter(reading, entry);
      reading.isPaged = true;
      return;
    case 'layer-empty':
      enter(reading, entry);
      // An empty catch-all waits for its time; every other layer is passed over at once.
      if (at.layer !== catchAllLayer(policy)) goOn(reading);
      return;
    case 'entries-left-out':
      return enter(reading, entry);
    case 'layer-ended':
      if (!text(entry, 'reason').endsWith('-again')) goOn(reading);
      return;
    case 'page-planned':
    case 'news-planned':
      return countKeys(reading, entry);
    case 'accepted':
      at.ownerId = person;
      return stop(reading, 'answered', entry);
    case 'snoozed':
      return stop(reading, 'snoozed', entry);
    case 'rejected':
      // Handed back by who had it.
      if (at.phase === 'answered' && at.ownerId === person) resume(reading, afterThis(reading));
      at.rejected.push(person);
      return;
    case 'escalated':
      if (at.phase !== 'resolving') return resume(reading, afterThis(reading));
      at.rejected.push(person);
      return goOn(reading);
    case 'reassigned':
      return resume(reading, 0, [targetIn(text(entry, 'target'))]);
    case 'ack-timed-out':
      return resume(reading, 0, assigned);
    case 'snooze-ended':
      return resume(reading, assigned.length > 0 ? 0 : 1, assigned);
    case 'source-resolved':
      // Its close was refused, or lost: what was stopped goes on, or is closed by the counts that are heard next.
      if (entry.data.answered === false) resume(reading, Math.max(at.layer, 1));
      return;
    default:
      return;
  }
}

function firstLayer(policy: Policy): number {
  return policy.layers.length > 0 ? 1 : catchAllLayer(policy);
}

function afterThis({ at, policy }: Reading): number {
  return Math.min(at.layer + 1, catchAllLayer(policy));
}

function enter(reading: Reading, entry: LogEntry): void {
  const { at } = reading;
  const round = number(entry, 'round') ?? at.round;
  const layer = number(entry, 'layer') ?? at.layer;
  // Older logs do not name the pass.
  const pass = number(entry, 'pass') ?? at.pass + (round > at.round ? 1 : 0);
  if (round !== at.round || layer !== at.layer || pass !== at.pass) go(reading, { round, layer, pass });
}

function goOn(reading: Reading): void {
  const { at, policy } = reading;
  if (reading.isPaged) at.pagedLayers += 1;
  reading.isPaged = false;
  go(reading, placeAfter(policy, at));
}

function go(reading: Reading, place: Pick<ResumePoint, 'round' | 'layer' | 'pass'>): void {
  const { at, used } = reading;
  reading.usedHere = new Set();
  if (place.pass !== at.pass) Object.assign(at, { pagedLayers: 0, rejected: [] });
  Object.assign(at, place, { phase: 'resolving', ownerId: null, repeats: { ...used } });
}

function stop({ at, used }: Reading, phase: 'answered' | 'snoozed', entry: LogEntry): void {
  Object.assign(at, { phase, since: entry.at, until: number(entry, 'until'), stoppedThrough: at.round });
  at.repeats = { ...used };
}

/** What was stopped goes on in a new round, in its first pass. */
function resume(reading: Reading, layer: number, assigned: Target[] = []): void {
  const { at } = reading;
  const stoppedThrough = at.round;
  go(reading, { round: at.round + 1, layer, pass: 1 });
  reading.isPaged = false;
  Object.assign(at, { pagedLayers: 0, rejected: [], assigned, stoppedThrough });
}

function countKeys(reading: Reading, entry: LogEntry): void {
  const { at, used, usedHere } = reading;
  const isHere = number(entry, 'round') === at.round && number(entry, 'layer') === at.layer;
  for (const id of logged(entry, 'notifications')) {
    const { contactMethodId, repeat, kind } = notificationIn(id);
    const counter = `${contactMethodId}/${kind}`;
    if (entry.kind === 'news-planned') at.repeats[counter] = Math.max(at.repeats[counter] ?? 0, repeat);
    // Where entries before are missing, the keys themselves tell how far the counters were.
    else if (isHere && !usedHere.has(counter)) at.repeats[counter] = repeat - 1;
    if (isHere) usedHere.add(counter);
    used[counter] = Math.max(used[counter] ?? 0, repeat);
  }
}
