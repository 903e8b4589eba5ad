import {
  type DeliveryResult,
  type Effect,
  type IncidentEvent,
  type IncidentState,
  type NotificationKey,
  newIncident,
  type Policy,
  plan,
  type Reachable,
  type ResolvedLayer,
} from '../src/index.ts';

/** A world for one incident: it carries out effects after a while, in any order, and remembers what was sent when. */
export interface World {
  /** Draws a number in [0, 1): decides latencies, losses and repeats. */
  chance: () => number;
  policy: Policy;
  resolve: (layer: number, now: number) => ResolvedLayer | null;
  deliver: (key: NotificationKey) => DeliveryResult['outcome'];
}

export interface Sent {
  at: number;
  key: NotificationKey;
}

interface Due {
  at: number;
  event: IncidentEvent;
}

export const START = Date.UTC(2026, 0, 5, 3, 0, 0);

export function person(id: string, channels: ('sms' | 'voice')[] = ['sms', 'voice'], delayMs = 0): Reachable {
  const rules = channels.map((channel) => ({
    contactMethodId: `${id}-${channel}`,
    channel,
    delayMs,
    repeats: 0,
    repeatEveryMs: 0,
  }));
  return { personId: id, high: rules, low: rules, because: `person ${id}` };
}

export function policyOf(layers: number, options: Partial<Policy> = {}): Policy {
  return {
    id: 'policy',
    version: '1',
    layers: Array.from({ length: layers }, (_, index) => ({
      targets: [{ kind: 'schedule' as const, id: `s${index + 1}` }],
      tryForMs: 60_000,
    })),
    rounds: 1,
    catchAll: [{ kind: 'person', id: 'boss' }],
    catchAllEveryMs: 120_000,
    ackTimeoutMs: 0,
    ...options,
  };
}

/** Lives one incident in a world until an instant; events of the outside are given with their instants. */
export class Life {
  state: IncidentState;
  now = START;
  readonly sent: Sent[] = [];
  readonly entries: IncidentState['log'] = [];
  readonly withdrawals: Extract<Effect, { kind: 'withdraw' }>[] = [];
  /** The first close that was asked for, which is the one that is stored. */
  closed: Extract<Effect, { kind: 'close' }> | undefined;
  private readonly due: Due[] = [];
  private readonly failedOnce = new Set<string>();
  private readonly ledger = new Set<string>();
  private turnedAt = START;
  private wakeAt: number | null = null;
  private readonly world: World;

  constructor(world: World, severity: 'critical' | 'low' = 'critical') {
    this.world = world;
    this.state = newIncident({
      incidentId: 'I',
      number: 'INC-1',
      organisationId: 'o',
      teamId: 't',
      policyId: 'policy',
      drill: false,
      openedAt: START,
      counts: { version: 1, members: 1, firing: 1, severity },
    });
    this.take({ kind: 'wake' });
  }

  at(at: number, event: IncidentEvent): void {
    this.due.push({ at: START + at, event });
  }

  /** True while the incident has something to wait for: a result, an instant. */
  get waits(): boolean {
    return this.due.length > 0 || this.wakeAt !== null;
  }

  runUntil(ms: number): void {
    const end = START + ms;
    for (let steps = 0; steps < 20_000; steps += 1) {
      this.due.sort((a, b) => a.at - b.at);
      const next = this.due[0];
      const at = Math.min(next?.at ?? Number.POSITIVE_INFINITY, this.wakeAt ?? Number.POSITIVE_INFINITY);
      if (at > end) {
        this.now = end;
        return;
      }
      this.now = Math.max(this.now, at);
      if (next && next.at === at) {
        this.due.shift();
        this.take(next.event);
      } else {
        this.take({ kind: 'wake' });
      }
    }
    throw new Error('the incident never rests: it plans without end');
  }

  take(event: IncidentEvent): void {
    const next = plan(this.state, event, this.now);
    this.state = next.state;
    this.wakeAt = next.wakeAt;
    for (const effect of next.effects) this.carryOut(effect);
    // A turn: the state goes into a next run as JSON, which begins all that is pending again.
    if (this.now - this.turnedAt > 5_000 && this.world.chance() < 0.3) {
      this.turnedAt = this.now;
      this.state = JSON.parse(JSON.stringify(this.state));
      for (const effect of this.state.pending) {
        if (this.state.retryAt[effect.id] === undefined) this.carryOut(effect);
      }
    }
  }

  private later(event: IncidentEvent): void {
    const { chance } = this.world;
    const at = this.now + Math.floor(chance() * 400);
    this.due.push({ at, event });
    // A result may come twice, and long after it was of use.
    if (chance() < 0.2) this.due.push({ at: at + Math.floor(chance() * 300_000), event });
  }

  private carryOut(effect: Effect): void {
    const { id: effectId } = effect;
    const { policy, chance } = this.world;
    if (chance() < 0.05 && !this.failedOnce.has(effectId)) {
      this.failedOnce.add(effectId);
      return this.later({ kind: 'effect-failed', effectId, reason: 'unlucky' });
    }
    switch (effect.kind) {
      case 'begin': {
        const layers = policy.layers.map((_, index) => this.world.resolve(index + 1, this.now) ?? EMPTY);
        const catchAll = this.world.resolve(policy.layers.length + 1, this.now) ?? EMPTY;
        return this.later({ kind: 'begun', effectId, policy, layers, catchAll, reason: 'named' });
      }
      case 'resolve-layer': {
        const layer = this.world.resolve(effect.layer, this.now);
        return layer ? this.later({ kind: 'layer-resolved', effectId, layer }) : undefined;
      }
      case 'deliver': {
        const results = effect.items.map((key) => {
          const outcome = this.world.deliver(key);
          if (outcome === 'sent' && !this.ledger.has(key.id)) {
            this.ledger.add(key.id);
            this.sent.push({ at: this.now, key });
          }
          return {
            key: key.id,
            outcome,
            reachedProvider: outcome === 'sent' || outcome === 'refused',
            reason: outcome,
          };
        });
        return this.later({ kind: 'delivered', effectId, results });
      }
      case 'withdraw':
        this.withdrawals.push(effect);
        return this.later({ kind: 'withdrawn', effectId });
      case 'log': {
        const known = new Set(this.entries.map((entry) => entry.id));
        this.entries.push(...effect.entries.filter((entry) => !known.has(entry.id)));
        const throughId = effect.entries.at(-1)?.id ?? '';
        return this.later({ kind: 'logged', effectId, throughId });
      }
      case 'close':
        this.closed ??= effect;
        return this.later({ kind: 'closed', effectId });
      default:
        effect satisfies never;
    }
  }
}

const EMPTY: ResolvedLayer = { people: [], gaps: [] };
