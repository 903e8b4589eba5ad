import type { Channel, Policy, ResolvedLayer, Severity } from './escalation-types.ts';
import { newIncident } from './incident-state.ts';
import type { Ladder } from './ladder/ladder-types.ts';
import { ladderView } from './ladder/ladder-view.ts';
import { catchAllLayer } from './layers.ts';
import type { StoredLayer } from './paged-people.ts';
import { plan } from './plan.ts';
import type { Effect, IncidentEvent, IncidentState, LogEntry } from './plan-types.ts';

/** One thing that would happen. `afterMs` counts from the incident's opening. */
export type DryMoment = { at: number; afterMs: number; round: number; layer: number } & (
  | { kind: 'layer'; catchAll: boolean; people: string[]; until: number | null }
  | {
      kind: 'page';
      personId: string;
      because: string;
      channel: Channel;
      contactMethodId: string;
      repeat: number;
      notification: string;
    }
  | { kind: 'skipped'; personId: string; because: string; reason: string }
  | { kind: 'gap'; target: string }
  | { kind: 'empty'; reason: string }
);

export interface DryRun {
  timeline: DryMoment[];
  /** The ladder that such an incident would have. */
  ladder: Ladder;
  /** Where it stopped: from there on it goes round and round, the catch-all each `catchAllEveryMs`. */
  endsAt: number;
  /** Cut off by a bound before the catch-all was paged twice. */
  truncated: boolean;
}

export interface DryRunOptions {
  /** The longest that is looked ahead; 7 days where absent. */
  horizonMs?: number;
}

const HORIZON_MS = 7 * 24 * 3_600_000;
/** Each event copies the whole state: what is longer than this tells nobody anything. */
const MOST_EVENTS = 2_000;

/**
 * What a policy would do if nobody answered and every page was sent at once: the engine itself, lived until the catch-all was
 * paged twice. `layers` are the people of each layer, the catch-all's last, or who they are at an instant. Pure.
 */
export function dryRun(
  policy: Policy,
  layers: readonly ResolvedLayer[] | ((layer: number, at: number) => ResolvedLayer),
  at: number,
  severity: Severity,
  { horizonMs = HORIZON_MS }: DryRunOptions = {},
): DryRun {
  const who = typeof layers === 'function' ? layers : (layer: number) => layers[layer - 1] ?? { people: [], gaps: [] };
  const entries: LogEntry[] = [];
  const stored: StoredLayer[] = [];
  const events: IncidentEvent[] = [{ kind: 'wake' }];
  let state: IncidentState = newIncident({
    ...ANY,
    policyId: policy.id,
    openedAt: at,
    counts: countsOf(severity),
    epoch: 0,
  });
  let now = at;
  let wakeAt: number | null = null;
  let taken = 0;
  for (; taken < MOST_EVENTS && !thirdCatchAll(entries, policy); taken += 1) {
    const event = events.shift();
    if (!event) {
      if (wakeAt === null || wakeAt > at + horizonMs) break;
      now = Math.max(now, wakeAt);
    }
    const next = plan(state, event ?? { kind: 'wake' }, now);
    state = next.state;
    wakeAt = next.wakeAt;
    for (const effect of next.effects) events.push(...resultsOf(effect, policy, who, now, entries, stored));
  }
  const third = thirdCatchAll(entries, policy);
  const whole = [...entries, ...(third ? [] : state.log)].filter((entry) => !third || !isOf(entry, third));
  const opened = { id: 'opened', kind: 'opened', at, data: { severity } };
  const ladder = ladderView([opened, ...whole], now, { layers: stored });
  return { timeline: timelineOf(ladder, at), ladder, endsAt: now, truncated: !third };
}

const ANY = { incidentId: 'dry', number: '', organisationId: '', teamId: '', drill: true };

function countsOf(severity: Severity) {
  return { version: 1, members: 1, firing: 1, severity };
}

function resultsOf(
  effect: Effect,
  policy: Policy,
  who: (layer: number, at: number) => ResolvedLayer,
  now: number,
  entries: LogEntry[],
  stored: StoredLayer[],
): IncidentEvent[] {
  const { id: effectId } = effect;
  const keep = (round: number, layer: number): ResolvedLayer => {
    const people = who(layer, now);
    stored.push({ escalationId: 'response', round, layer, people });
    return people;
  };
  switch (effect.kind) {
    case 'begin': {
      const first = keep(1, 1);
      const others = policy.layers.slice(1).map((_, at) => who(at + 2, now));
      const catchAll = who(catchAllLayer(policy), now);
      const layers = policy.layers.length > 0 ? [first, ...others] : [];
      return [{ kind: 'begun', effectId, policy, layers, catchAll, reason: 'named' }];
    }
    case 'resolve-layer':
      return [{ kind: 'layer-resolved', effectId, layer: keep(effect.round, effect.layer) }];
    case 'deliver': {
      const results = effect.items.map((key) => ({
        key: key.id,
        outcome: 'sent' as const,
        reachedProvider: true,
        reason: '',
      }));
      return [{ kind: 'delivered', effectId, results }];
    }
    case 'log':
      entries.push(...effect.entries);
      return [{ kind: 'logged', effectId, throughId: effect.entries.at(-1)?.id ?? '' }];
    case 'withdraw':
      return [{ kind: 'withdrawn', effectId }];
    case 'close':
      return [{ kind: 'closed', effectId }];
    default:
      return effect satisfies never;
  }
}

/** The catch-all's third beginning: twice is whole, and it would go on so for ever. */
function thirdCatchAll(entries: LogEntry[], policy: Policy): LogEntry | undefined {
  const last = catchAllLayer(policy);
  return entries.filter(
    ({ kind, data }) => (kind === 'layer-started' || kind === 'layer-empty') && data.layer === last,
  )[2];
}

function isOf(entry: LogEntry, begin: LogEntry): boolean {
  return entry.data.round === begin.data.round && entry.data.layer === begin.data.layer;
}

function timelineOf({ escalations }: Ladder, openedAt: number): DryMoment[] {
  const moments: DryMoment[] = [];
  const add = (at: number, round: number, layer: number, what: object) =>
    moments.push({ at, afterMs: at - openedAt, round, layer, ...what } as DryMoment);
  for (const step of escalations.flatMap((one) => one.steps)) {
    const { round, layer, beganAt, catchAll, until } = step;
    for (const target of step.gaps) add(beganAt, round, layer, { kind: 'gap', target });
    if (step.people.length === 0) add(beganAt, round, layer, { kind: 'empty', reason: step.reason });
    else {
      const people = step.people.map((one) => one.personId);
      add(beganAt, round, layer, { kind: 'layer', catchAll, people, until });
    }
    for (const one of step.skipped) add(beganAt, round, layer, { kind: 'skipped', ...one });
    for (const { personId, because, state, reason, notifications } of step.people) {
      if (state === 'unreachable') add(beganAt, round, layer, { kind: 'skipped', personId, because, reason });
      for (const { id: notification, channel, contactMethodId, repeat, plannedAt } of notifications) {
        const page = { personId, because, channel, contactMethodId, repeat, notification };
        add(plannedAt, round, layer, { kind: 'page', ...page });
      }
    }
  }
  return moments.sort((a, b) => a.at - b.at);
}
