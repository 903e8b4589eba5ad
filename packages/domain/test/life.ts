import {
  type Counts,
  type DecidedAnswer,
  type DeliveryResult,
  decisionOf,
  type Effect,
  type IncidentEvent,
  type IncidentState,
  type NotificationKey,
  newIncident,
  type Policy,
  plan,
  type Reachable,
  type ResolvedLayer,
  restoreIncident,
  type StoredLayer,
} from '../src/index.ts';

/** A world for one incident: it carries out effects after a while, in any order, and remembers what was sent when. */
export interface World {
  /** Draws a number in [0, 1): decides latencies, losses and repeats. */
  chance: () => number;
  policy: Policy;
  resolve: (layer: number, now: number) => ResolvedLayer | null;
  deliver: (key: NotificationKey) => DeliveryResult['outcome'];
  /** Whether what a provider takes now turns out not to arrive; nothing does where absent. */
  loses?: (key: NotificationKey) => boolean;
  /** False while nothing can be stored; it can where absent. */
  canStore?: () => boolean;
}

/** How many providers can be asked for a notification. */
const PROVIDERS = 2;

export interface Sent {
  at: number;
  key: NotificationKey;
}

/** What a notifier knows of a notification: what it said, which attempt it is at, and whether somebody has it. */
interface Row {
  meaning: string;
  attempt: number;
  taken: boolean;
}

interface Due {
  at: number;
  event: IncidentEvent;
  /** Comes from outside: it is not lost with the workflow that would have heard it. */
  outside: boolean;
  /** What happens in the world before it is heard of. */
  first?: () => void;
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
  /** What was sent under a key that had meant something else. */
  readonly clashes: string[] = [];
  readonly layers: StoredLayer[] = [];
  readonly answers: DecidedAnswer[] = [];
  /** How often the workflow was lost and made again. */
  losses = 0;
  /** The first close that was asked for, which is the one that is stored. */
  closed: Extract<Effect, { kind: 'close' }> | undefined;
  private due: Due[] = [];
  private readonly failedOnce = new Set<string>();
  private readonly ledger = new Map<string, Row>();
  private newest: Counts;
  private turnedAt = START;
  private wakeAt: number | null = null;
  private readonly world: World;

  constructor(world: World, severity: 'critical' | 'low' = 'critical') {
    this.world = world;
    this.newest = { version: 1, members: 1, firing: 1, severity };
    this.state = newIncident(this.facts());
    this.take({ kind: 'wake' });
  }

  at(at: number, event: IncidentEvent): void {
    this.due.push({ at: START + at, event, outside: true });
  }

  /** New counts that no workflow has been told yet. */
  hears(counts: Counts): void {
    this.newest = counts;
  }

  /** The workflow is lost, with all that it had under way, and made again; of the log so many entries had been taken. */
  lose(entriesKept = this.entries.length): void {
    this.losses += 1;
    this.entries.splice(entriesKept);
    this.due = this.due.filter((one) => one.outside);
    this.state = restoreIncident(this.facts(), this, this.now);
    for (const effect of this.state.pending) this.carryOut(effect);
    this.take({ kind: 'alerts', counts: this.newest });
    this.take({ kind: 'wake' });
  }

  private facts() {
    return {
      incidentId: 'I',
      number: 'INC-1',
      organisationId: 'o',
      teamId: 't',
      policyId: 'policy',
      drill: false,
      openedAt: START,
      counts: this.newest,
      epoch: this.losses,
    };
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
        next.first?.();
        this.take(next.event);
      } else {
        this.take({ kind: 'wake' });
      }
    }
    throw new Error('the incident never rests: it plans without end');
  }

  take(event: IncidentEvent): void {
    if (event.kind === 'alerts' && event.counts.version > this.newest.version) this.newest = event.counts;
    const next = plan(this.state, event, this.now);
    this.state = next.state;
    this.wakeAt = next.wakeAt;
    this.keepDecision(event);
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

  private keepDecision(event: IncidentEvent): void {
    if (!('id' in event)) return;
    const decision = decisionOf(this.state, event.id);
    if (decision && !this.answers.some((one) => one.event.id === event.id)) this.answers.push({ event, decision });
  }

  /** What `incidents` and the notifier say of a notification before any provider is asked. */
  private isStopped(key: NotificationKey): 'over' | 'withdrawn' | null {
    if (key.kind !== 'page') return null;
    const ends = this.answers.some(({ event, decision }) => {
      if (event.kind === 'summon' || event.kind === 'severity') return false;
      const of = event.kind === 'answer' ? event.escalationId : 'response';
      if (of !== key.escalationId) return decision.outcome === 'resolved';
      return ['yours', 'resolved', 'done'].includes(decision.outcome) && decision.round >= key.round;
    });
    if (ends) return 'over';
    const own = this.withdrawals.filter((one) => one.escalationId === key.escalationId);
    const marked = own.some(({ personId, throughRound, layer }) =>
      personId === null
        ? throughRound >= key.round
        : personId === key.personId && throughRound === key.round && layer === key.layer,
    );
    return marked && !this.ledger.has(key.id) ? 'withdrawn' : null;
  }

  private store(place: Omit<StoredLayer, 'people'>, people: ResolvedLayer): ResolvedLayer {
    const { escalationId, round, layer } = place;
    const known = this.layers.find(
      (one) => one.escalationId === escalationId && one.round === round && one.layer === layer,
    );
    if (!known) this.layers.push({ escalationId, round, layer, people });
    return known?.people ?? people;
  }

  private later(event: IncidentEvent): void {
    const { chance } = this.world;
    const at = this.now + Math.floor(chance() * 400);
    this.due.push({ at, event, outside: false });
    // A result may come twice, and long after it was of use.
    if (chance() < 0.2) this.due.push({ at: at + Math.floor(chance() * 300_000), event, outside: false });
  }

  /** As a notifier does: once by each provider, and by the next only once the one before lost it. */
  private send(key: NotificationKey, meaning: string): 'sent' | 'undelivered' {
    const row = this.ledger.get(key.id) ?? { meaning, attempt: 0, taken: false };
    this.ledger.set(key.id, row);
    if (row.meaning !== meaning) this.clashes.push(key.id);
    if (row.taken) return 'sent';
    if (row.attempt === PROVIDERS) return 'undelivered';
    row.attempt += 1;
    row.taken = true;
    this.sent.push({ at: this.now, key });
    if (this.world.loses?.(key)) this.loseLater(key, row, this.now + Math.floor(this.world.chance() * 2_000));
    return 'sent';
  }

  /** Heard of before or after the delivery's own result, and perhaps once more, much later. */
  private loseLater(key: NotificationKey, row: Row, at: number): void {
    const { attempt } = row;
    const event: IncidentEvent = { kind: 'receipt-failed', key: key.id, attempt, reason: 'carrier-error' };
    const first = () => {
      row.taken = false;
    };
    this.due.push({ at, event, outside: true, first });
    if (this.world.chance() < 0.3)
      this.due.push({ at: at + Math.floor(this.world.chance() * 300_000), event, outside: true });
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
        const { escalationId } = effect;
        const layers = policy.layers.map((_, index) => this.world.resolve(index + 1, this.now) ?? EMPTY);
        const catchAll = this.world.resolve(policy.layers.length + 1, this.now) ?? EMPTY;
        [...layers, catchAll].forEach((people, index) => {
          this.store({ escalationId, round: 0, layer: index + 1 }, people);
        });
        if (layers[0]) layers[0] = this.store({ escalationId, round: 1, layer: 1 }, layers[0]);
        return this.later({ kind: 'begun', effectId, policy, layers, catchAll, reason: 'named' });
      }
      case 'resolve-layer': {
        // Who is added is named; the layers of the response are the world's.
        const isNamed = effect.escalationId !== 'response';
        const named = { people: effect.targets.map((target) => person(target.id)), gaps: [] };
        const found = effect.known ?? (isNamed ? named : this.world.resolve(effect.layer, this.now));
        if (!found || this.world.canStore?.() === false) return;
        const layer = this.store(effect, found);
        return this.later({ kind: 'layer-resolved', effectId, layer });
      }
      case 'deliver': {
        const results = effect.items.map((key) => {
          const said = this.isStopped(key) ?? (this.ledger.has(key.id) ? 'sent' : this.world.deliver(key));
          const outcome = said === 'sent' ? this.send(key, `${key.kind} ${effect.note}`) : said;
          const reachedProvider = outcome === 'sent' || outcome === 'undelivered' || outcome === 'refused';
          return { key: key.id, outcome, reachedProvider, reason: outcome };
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
