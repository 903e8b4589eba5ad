import type { Severity, Urgency } from '../escalation-types.ts';
import { rulesFor } from '../notifications.ts';
import type { StoredLayer } from '../paged-people.ts';
import { urgencyOf } from '../severity.ts';
import { flag, number, partsOf, text, texts } from './entry-data.ts';
import type {
  LadderEntry,
  LadderEscalation,
  LadderInterruption,
  LadderNotification,
  LadderPerson,
  LadderStep,
  PersonState,
} from './ladder-types.ts';
import { become, moveOn, settle } from './moves.ts';

/** What the ladder of one escalation is made of while its entries are read, one after the other. */
export class EscalationLadder {
  readonly view: LadderEscalation;
  ownerId: string | null = null;
  /** From when on the people of the running step are paged, and how urgently. */
  private pagedFrom = 0;
  /** Since when the running step has its time; later than its begin where it got it again. */
  private triedFrom = 0;
  private urgency: Urgency = 'high';
  private readonly known = new Set<string>();
  private readonly layers: StoredLayer[];

  constructor(id: string, layers: readonly StoredLayer[]) {
    this.view = { id, purpose: id, policyId: '', reason: '', startedAt: null, steps: [], news: [], interruptions: [] };
    this.layers = layers.filter((one) => one.escalationId === id);
  }

  get running(): LadderStep | undefined {
    const last = this.view.steps.at(-1);
    return last?.endedAt === null ? last : undefined;
  }

  started(entry: LadderEntry): void {
    const { view } = this;
    view.startedAt ??= entry.at;
    view.purpose = text(entry, 'purpose') || view.purpose;
    view.policyId = text(entry, 'policy');
    view.reason = text(entry, 'reason');
  }

  gap(entry: LadderEntry): void {
    const { gaps } = this.stepOf(entry);
    const target = text(entry, 'target');
    if (!gaps.includes(target)) gaps.push(target);
  }

  passedOver(entry: LadderEntry): void {
    const { skipped } = this.stepOf(entry);
    const personId = text(entry, 'person');
    if (skipped.some((one) => one.personId === personId)) return;
    skipped.push({ personId, because: text(entry, 'because'), reason: text(entry, 'reason') });
  }

  layerStarted(entry: LadderEntry, severity: Severity | null): void {
    this.ownerId = null;
    const step = this.stepOf(entry);
    step.catchAll = flag(entry, 'catchAll');
    step.reason ||= text(entry, 'reason');
    step.until = number(entry, 'until');
    this.pagedFrom = entry.at;
    this.triedFrom = entry.at;
    this.urgency = severity ? urgencyOf(severity) : 'high';
    const because = texts(entry, 'because');
    for (const [at, personId] of texts(entry, 'people').entries()) {
      if (step.people.some((one) => one.personId === personId)) continue;
      step.people.push(paged(personId, because[at] ?? '', entry.at));
    }
    this.skip(step, 'rejected-before');
  }

  layerEmpty(entry: LadderEntry): void {
    const step = this.stepOf(entry);
    step.reason ||= text(entry, 'reason');
    if (step.reason === 'everybody-rejected-before') this.skip(step, 'rejected-before');
  }

  layerEnded(entry: LadderEntry): void {
    const step = this.stepOf(entry);
    if (text(entry, 'reason') === 'nobody-could-be-sent-a-page-again') {
      // Our own path was in the way: the layer has its time again, and its pages go on.
      if (step.until !== null) step.until = entry.at + step.until - this.triedFrom;
      this.triedFrom = entry.at;
      return;
    }
    this.end(step, entry.at, text(entry, 'reason'), 'not-sent');
  }

  /** Over for good: who was added and had it has it no more. */
  ended(entry: LadderEntry): void {
    this.stop(entry.at, text(entry, 'reason'));
    this.ownerId = null;
  }

  /** Ends what runs: somebody said something, or the incident is over. What no provider has by now is withdrawn. */
  stop(at: number, reason: string): void {
    const step = this.running;
    if (step) this.end(step, at, reason, 'withdrawn');
  }

  planned(entry: LadderEntry): void {
    for (const id of texts(entry, 'notifications')) {
      if (this.known.has(id)) continue;
      this.known.add(id);
      const parts = partsOf(id);
      const planned: LadderNotification = {
        id,
        personId: parts.personId,
        channel: text(entry, 'channel'),
        contactMethodId: parts.contactMethodId,
        kind: parts.kind,
        repeat: parts.repeat,
        plannedAt: entry.at,
        state: 'planned',
        reason: '',
        at: entry.at,
        answer: null,
        waitedFor: null,
        attempts: [],
      };
      if (entry.kind === 'news-planned') this.view.news.push(planned);
      else
        this.personIn(this.step(parts.round, parts.layer, entry.at), parts.personId, entry.at).notifications.push(
          planned,
        );
    }
  }

  failed(entry: LadderEntry): void {
    const one = this.find(text(entry, 'notification'));
    if (one) moveOn(one, 'failed', text(entry, 'reason'), entry.at);
  }

  /** Its workflow was lost and made again, or what it logged could not be kept. */
  interrupted(entry: LadderEntry): void {
    const { at, kind } = entry;
    const pages = number(entry, 'pages') ?? 0;
    this.view.interruptions.push({
      at,
      kind: kind as LadderInterruption['kind'],
      reason: text(entry, 'reason'),
      pages,
    });
  }

  /** It goes out again: the path was in the way, or who had taken it lost it. */
  askedAgain(entry: LadderEntry): void {
    const one = this.find(text(entry, 'notification'));
    if (one) one.waitedFor ??= text(entry, 'reason');
  }

  /** Something became of a person: in the step that the entry names, else in the last that they were in. */
  person(entry: LadderEntry, state: PersonState): void {
    const personId = text(entry, 'person');
    const steps = this.view.steps.filter((step) => step.people.some((one) => one.personId === personId));
    const named = steps.findLast((step) => isNamed(step, entry));
    const person = (named ?? steps.at(-1))?.people.find((one) => one.personId === personId);
    if (person) become(person, state, text(entry, 'reason'), entry.at);
  }

  /** A person answered: the newest page of theirs on that channel is what they answered. */
  answered(entry: LadderEntry, answer: string): void {
    const personId = text(entry, 'person');
    const theirs = this.pages().filter((one) => one.personId === personId && one.channel === text(entry, 'channel'));
    const one = theirs.at(-1);
    if (!one) return;
    moveOn(one, 'answered', '', entry.at);
    one.answer ??= answer;
  }

  /** Ends a person's own pages of a step. */
  withdraw(entry: LadderEntry, reason: string): void {
    const step = this.view.steps.findLast((one) => isNamed(one, entry));
    const person = step?.people.find((one) => one.personId === text(entry, 'person'));
    for (const one of person?.notifications ?? []) settle(one, entry.at, reason, 'withdrawn');
  }

  severityRaised(at: number, severity: Severity): void {
    if (urgencyOf(severity) !== 'high' || this.urgency === 'high') return;
    this.urgency = 'high';
    this.pagedFrom = at;
  }

  /** What the rules of those who can still answer hold after `now`. */
  lookAhead(now: number): void {
    const step = this.running;
    if (!step || step.until === null) return;
    const until = step.until;
    const resolved = this.layerOf(step)?.people.people ?? [];
    for (const person of step.people.filter((one) => one.state === 'paged')) {
      const reachable = resolved.find((one) => one.personId === person.personId);
      if (!reachable) continue;
      person.ahead = rulesFor(reachable, this.urgency)
        .flatMap(({ channel, contactMethodId, delayMs, repeats, repeatEveryMs }) =>
          Array.from({ length: repeats + 1 }, (_, time) => ({
            channel,
            contactMethodId,
            at: this.pagedFrom + delayMs + time * repeatEveryMs,
          })),
        )
        .filter((one) => one.at > now && one.at < until)
        .sort((a, b) => a.at - b.at);
    }
  }

  notifications(): LadderNotification[] {
    return [...this.pages(), ...this.view.news];
  }

  private pages(): LadderNotification[] {
    return this.view.steps.flatMap((step) => step.people.flatMap((one) => one.notifications));
  }

  private find(id: string): LadderNotification | undefined {
    return this.known.has(id) ? this.notifications().find((one) => one.id === id) : undefined;
  }

  private stepOf(entry: LadderEntry): LadderStep {
    return this.step(number(entry, 'round') ?? 0, number(entry, 'layer') ?? 0, entry.at);
  }

  private step(round: number, layer: number, at: number): LadderStep {
    const known = this.view.steps.findLast((one) => one.round === round && one.layer === layer);
    if (known) return known;
    const running = this.running;
    // An empty layer is passed over, and says why itself.
    if (running) this.end(running, at, running.people.length === 0 ? running.reason : 'next-layer', 'not-sent');
    const step: LadderStep = {
      round,
      layer,
      catchAll: false,
      reason: '',
      beganAt: at,
      until: null,
      endedAt: null,
      ended: '',
      gaps: [],
      people: [],
      skipped: [],
    };
    this.view.steps.push(step);
    return step;
  }

  private personIn(step: LadderStep, personId: string, at: number): LadderPerson {
    const known = step.people.find((one) => one.personId === personId);
    if (known) return known;
    const person = paged(personId, '', at);
    step.people.push(person);
    return person;
  }

  private layerOf({ round, layer }: LadderStep): StoredLayer | undefined {
    return this.layers.find((one) => one.round === round && one.layer === layer);
  }

  private skip(step: LadderStep, reason: string): void {
    for (const { personId, because } of this.layerOf(step)?.people.people ?? []) {
      const known = [...step.people, ...step.skipped].some((one) => one.personId === personId);
      if (!known) step.skipped.push({ personId, because, reason });
    }
  }

  private end(step: LadderStep, at: number, reason: string, unsent: 'not-sent' | 'withdrawn'): void {
    if (step.endedAt !== null) return;
    step.endedAt = at;
    step.ended = reason;
    for (const person of step.people) {
      if (person.state === 'paged') become(person, 'unanswered', reason, at);
      for (const one of person.notifications) settle(one, at, reason, unsent);
    }
  }
}

function paged(personId: string, because: string, at: number): LadderPerson {
  return { personId, because, state: 'paged', reason: '', at, notifications: [], ahead: [] };
}

function isNamed(step: LadderStep, entry: LadderEntry): boolean {
  return step.round === number(entry, 'round') && step.layer === number(entry, 'layer');
}
