import {
  CancellationScope,
  condition,
  continueAsNew,
  defineSignal,
  defineUpdate,
  log,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { decisionOf, type Effect, type IncidentEvent, type IncidentState, isDone, ladder, plan } from '@tocsin/domain';
import {
  ALERTS_SIGNAL,
  type AlertsSignal,
  ANSWER_UPDATE,
  type AnswerUpdateResult,
  EVENT_SIGNAL,
  type EventMessage,
  type IncidentInput,
  SEARCH_ATTRIBUTES,
} from '../contracts/index.ts';
import { carryOut } from './activities.ts';

const alertsSignal = defineSignal<[AlertsSignal]>(ALERTS_SIGNAL);
const eventSignal = defineSignal<[EventMessage]>(EVENT_SIGNAL);
const answerUpdate = defineUpdate<AnswerUpdateResult, [EventMessage]>(ANSWER_UPDATE);

const TURN_AFTER_EVENTS = 2_000;

/**
 * An incident's life: takes what happens, asks the plan, carries out its effects, and waits for the next message or instant.
 * All rules are the plan's. The state is whole at any turn, so the life goes on in a new run whenever the history grows long:
 * effects that were under way begin again there, which does no harm.
 */
export async function incident(input: IncidentInput): Promise<{ incidentId: string; status: string }> {
  let state: IncidentState = input.state;
  let wakeAt: number | null = null;
  let wakeReason = '';
  /** Rises with every event taken: what the loop waits for. */
  let taken = 0;
  const begin: Effect[] = [];
  const underWay = new Map<string, CancellationScope>();

  function take(event: IncidentEvent): void {
    const next = plan(state, event, Date.now());
    state = next.state;
    wakeAt = next.wakeAt;
    wakeReason = next.wakeReason;
    begin.push(...next.effects);
    taken += 1;
  }

  setHandler(alertsSignal, ({ counts }) => take({ kind: 'alerts', counts }));
  setHandler(eventSignal, ({ event }) => take(event));
  setHandler(answerUpdate, ({ event }) => {
    take(event);
    const decision = 'id' in event ? decisionOf(state, event.id) : undefined;
    if (!decision) throw new Error('the plan decided nothing on an answer');
    return decision;
  });

  function start(effect: Effect): void {
    if (underWay.has(effect.id) || !state.pending.some((one) => one.id === effect.id)) return;
    const scope = new CancellationScope();
    underWay.set(effect.id, scope);
    scope
      .run(() => carryOut(state, effect, Date.now()))
      .catch((error: unknown): IncidentEvent => {
        const reason = error instanceof Error ? error.name : 'unknown';
        log.warn('effect failed', { effectId: effect.id, kind: effect.kind, reason });
        return { kind: 'effect-failed', effectId: effect.id, reason };
      })
      .then((event) => {
        underWay.delete(effect.id);
        take(event);
      });
  }

  const turnAfterEvents = input.turnAfterEvents ?? TURN_AFTER_EVENTS;
  const shown = { details: '', attributes: '' };

  // What a run before this one had under way and did not hear the end of is begun again.
  begin.push(...state.pending.filter((effect) => state.retryAt[effect.id] === undefined));
  take({ kind: 'wake' });

  while (!isDone(state)) {
    const seen = taken;
    for (const effect of begin.splice(0)) start(effect);
    for (const [id, scope] of underWay) {
      if (!state.pending.some((one) => one.id === id)) scope.cancel();
    }
    show(state, wakeAt, wakeReason, shown);
    if (isTurn(turnAfterEvents, underWay.size)) {
      await continueAsNew<typeof incident>({ ...input, state });
    }
    const changed = () => taken !== seen;
    const waitMs = wakeAt === null ? null : Math.max(wakeAt - Date.now(), 1);
    if (waitMs === null) await condition(changed);
    else if (!(await condition(changed, waitMs, { summary: `next: ${wakeReason}` }))) take({ kind: 'wake' });
  }
  show(state, null, '', shown);
  return { incidentId: state.incidentId, status: state.status };
}

/** A turn is taken at a quiet moment where there is one, and at twice the length in any case. */
function isTurn(turnAfterEvents: number, underWay: number): boolean {
  const { historyLength, continueAsNewSuggested } = workflowInfo();
  if (historyLength >= 2 * turnAfterEvents) return true;
  return underWay === 0 && (historyLength >= turnAfterEvents || continueAsNewSuggested);
}

/** What an operator sees: the ladder so far, what comes next, and the attributes that lists are filtered by. */
function show(
  state: IncidentState,
  wakeAt: number | null,
  wakeReason: string,
  shown: { details: string; attributes: string },
): void {
  const next = wakeAt === null ? '' : `\n\nNext: ${wakeReason} at ${new Date(wakeAt).toISOString()}`;
  const details = `${ladder(state)}${next}`.slice(0, 19_000);
  if (details !== shown.details) {
    setCurrentDetails(details);
    shown.details = details;
  }
  const attributes = {
    [SEARCH_ATTRIBUTES.severity]: [state.counts.severity],
    [SEARCH_ATTRIBUTES.team]: state.teamId === '' ? [] : [state.teamId],
    [SEARCH_ATTRIBUTES.state]: [state.status],
  };
  const said = JSON.stringify(attributes);
  if (said === shown.attributes) return;
  upsertSearchAttributes(attributes);
  shown.attributes = said;
}
