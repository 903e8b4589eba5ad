import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  isCancellation,
  log,
  proxySinks,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { decisionOf, type Effect, type IncidentEvent, type IncidentState, isDone, plan } from '@tocsin/domain';
import {
  ALERTS_SIGNAL,
  type AlertsSignal,
  DECISION_QUERY,
  type DecisionAnswer,
  EVENT_SIGNAL,
  type EventMessage,
  type IncidentInput,
  type LifeSinks,
  PROGRESS_QUERY,
  type Progress,
} from '../contracts/index.ts';
import { carryOut } from './activities.ts';
import { createAlarm } from './alarm.ts';
import { isMessage } from './messages.ts';
import { show } from './show.ts';

const alertsSignal = defineSignal<[AlertsSignal]>(ALERTS_SIGNAL);
const eventSignal = defineSignal<[EventMessage]>(EVENT_SIGNAL);
const decisionQuery = defineQuery<DecisionAnswer, [string]>(DECISION_QUERY);
const { life } = proxySinks<LifeSinks>();
const progressQuery = defineQuery<Progress>(PROGRESS_QUERY);

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
  // What a run before this one had under way and did not hear the end of is begun again.
  const toBegin: Effect[] = state.pending.filter((effect) => state.retryAt[effect.id] === undefined);
  const underWay = new Map<string, { scope: CancellationScope; ended: Promise<void> }>();
  const results: IncidentEvent[] = [];
  const alarm = createAlarm(() => results.push({ kind: 'wake' }));

  setHandler(alertsSignal, (message) => takeMessage({ kind: 'alerts', counts: message?.counts }));
  setHandler(eventSignal, (message) => takeMessage(message?.event));
  setHandler(decisionQuery, (id) => decisionOf(state, id) ?? null);
  setHandler(progressQuery, () => {
    const { counts, epoch, nextEntry, log: waiting, status } = state;
    const isTaken = waiting.length === 0 && (status === 'open' || status === 'acknowledged');
    return { heardVersion: counts.version, wakeAt, epoch, nextEntry, logged: isTaken ? nextEntry - 1 : null };
  });

  function takeMessage(event: IncidentEvent | undefined): void {
    if (isMessage(event)) take(event);
    else log.warn('message is not understood', { incidentId: state.incidentId });
  }

  function take(event: IncidentEvent): void {
    const next = plan(state, event, Date.now());
    state = next.state;
    wakeAt = next.wakeAt;
    wakeReason = next.wakeReason;
    toBegin.push(...next.effects);
    taken += 1;
  }

  const isWanted = (effectId: string) => state.pending.some((one) => one.id === effectId);

  function begin(effect: Effect): void {
    if (underWay.has(effect.id) || !isWanted(effect.id)) return;
    const scope = new CancellationScope();
    const ended = scope
      .run(() => carryOut(state, effect, Date.now()))
      .catch((error: unknown) => failed(effect, error))
      .then((event) => {
        underWay.delete(effect.id);
        results.push(event);
      });
    underWay.set(effect.id, { scope, ended });
  }

  function stopUnwanted(): void {
    for (const [effectId, { scope }] of underWay) {
      if (!isWanted(effectId)) scope.cancel();
    }
  }

  if (workflowInfo().continuedFromExecutionRunId) life.turned();
  take({ kind: 'wake' });
  while (!isDone(state)) {
    const seen = taken;
    for (const effect of toBegin.splice(0)) begin(effect);
    stopUnwanted();
    show(state, wakeAt, wakeReason);
    if (isTurn(input.turnAfterEvents ?? TURN_AFTER_EVENTS, underWay.size)) {
      life.turning();
      await continueAsNew<typeof incident>({ ...input, state });
    }
    alarm.set(wakeAt, wakeReason);
    await condition(() => taken !== seen || results.length > 0);
    for (const event of results.splice(0)) take(event);
  }
  alarm.set(null, '');
  stopUnwanted();
  await Promise.allSettled([...underWay.values()].map(({ ended }) => ended));
  show(state, null, '');
  return { incidentId: state.incidentId, status: state.status };
}

function failed(effect: Effect, error: unknown): IncidentEvent {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  const reason = cause instanceof ApplicationFailure ? (cause.type ?? 'unknown') : 'cut-off';
  if (!isCancellation(error)) log.warn('effect failed', { effectId: effect.id, kind: effect.kind, reason });
  return { kind: 'effect-failed', effectId: effect.id, reason };
}

/**
 * A turn is taken at a quiet moment where there is one, and at twice the length in any case. Whatever woke the loop was taken
 * before, so each run does at least one thing, however short it is.
 */
function isTurn(turnAfterEvents: number, underWay: number): boolean {
  const { historyLength, continueAsNewSuggested } = workflowInfo();
  if (historyLength >= 2 * turnAfterEvents) return true;
  return underWay === 0 && (historyLength >= turnAfterEvents || continueAsNewSuggested);
}
