import type { Target } from './escalation-types.ts';
import type { EscalationState, LogEntry } from './plan-types.ts';

interface ResumePoint {
  escalation: Partial<EscalationState> & Pick<EscalationState, 'ownerId'>;
}

/** Where an escalation stood, as far as its log tells. Entries are in the log's order; those of other kinds are passed over. */
export function resumePoint(entries: LogEntry[]): ResumePoint {
  const at = { round: 1, layer: 1, ownerId: null as string | null, assigned: [] as Target[] };
  let phase: EscalationState['phase'] = 'resolving';
  let until: number | null = 0;
  let since = 0;
  let repeats: Record<string, number> = {};
  /** The counters as they were when the present layer began: its pages get the keys they had. */
  let before: Record<string, number> = {};
  for (const entry of entries) {
    since = entry.at;
    switch (entry.kind) {
      case 'layer-started':
        if (number(entry, 'round') !== at.round || number(entry, 'layer') !== at.layer) before = { ...repeats };
        at.round = number(entry, 'round');
        at.layer = number(entry, 'layer');
        at.ownerId = null;
        phase = 'resolving';
        until = 0;
        break;
      case 'page-planned':
      case 'news-planned':
        repeats = count(repeats, entry);
        if (entry.kind === 'news-planned') before = count(before, entry);
        break;
      case 'accepted':
        at.ownerId = String(entry.data.person);
        phase = 'answered';
        until = optionalNumber(entry, 'until');
        before = { ...repeats };
        break;
      case 'snoozed':
        phase = 'snoozed';
        until = optionalNumber(entry, 'until');
        before = { ...repeats };
        break;
      case 'reassigned':
        at.assigned = [parseTarget(String(entry.data.target))];
        break;
      case 'ack-timed-out':
      case 'snooze-ended':
        at.assigned = typeof entry.data.person === 'string' ? [{ kind: 'person', id: entry.data.person }] : [];
        break;
      default:
        break;
    }
    if (STOPS_PAGING.has(entry.kind)) {
      // What follows is in a new round; until its layer-started is known, its first layer is asked for again.
      at.round += 1;
      before = { ...repeats };
      at.layer = entry.kind === 'reassigned' || at.assigned.length > 0 ? 0 : Math.max(at.layer, 1);
      at.ownerId = null;
      phase = 'resolving';
      until = 0;
    }
  }
  return { escalation: { ...at, phase, until, since, repeats: before } };
}

const STOPS_PAGING = new Set<LogEntry['kind']>(['reassigned', 'ack-timed-out', 'snooze-ended', 'close-refused']);

function count(repeats: Record<string, number>, entry: LogEntry): Record<string, number> {
  const counted = { ...repeats };
  const ids = Array.isArray(entry.data.notifications) ? entry.data.notifications : [];
  for (const id of ids) {
    const [contactMethodId, repeat, kind] = id.split('/').slice(-3);
    const counter = `${contactMethodId}/${kind}`;
    counted[counter] = Math.max(counted[counter] ?? 0, Number(repeat));
  }
  return counted;
}

function parseTarget(said: string): Target {
  const space = said.indexOf(' ');
  return { kind: said.slice(0, space) as Target['kind'], id: said.slice(space + 1) };
}

function number(entry: LogEntry, field: string): number {
  return Number(entry.data[field] ?? 0);
}

function optionalNumber(entry: LogEntry, field: string): number | null {
  const value = entry.data[field];
  return typeof value === 'number' ? value : null;
}
