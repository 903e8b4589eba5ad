import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import { type Effect, type IncidentEvent, type IncidentState, severityRank } from '@tocsin/domain';
import type { LookUpActivities, PageActivities, PersistActivities } from '../contracts/index.ts';
import { ACTIVITY_TIMES, INCIDENTS_QUEUE, pageQueue } from '../contracts/index.ts';

/** Temporal takes 200 bytes. */
const LONGEST_SUMMARY = 190;
const { page, lookUp: asking, persist: writing } = ACTIVITY_TIMES;

const lookUp = proxyActivities<LookUpActivities>({
  taskQueue: INCIDENTS_QUEUE,
  startToCloseTimeout: asking.startToClose,
  retry: { initialInterval: asking.retryFrom, maximumInterval: asking.retryTo },
  cancellationType: ActivityCancellationType.TRY_CANCEL,
});
const persist = proxyActivities<PersistActivities>({
  taskQueue: INCIDENTS_QUEUE,
  startToCloseTimeout: writing.startToClose,
  retry: { initialInterval: writing.retryFrom, maximumInterval: writing.retryTo },
  cancellationType: ActivityCancellationType.TRY_CANCEL,
});

/** Carries out one effect as an activity; resolves with the event that tells its result. */
export function carryOut(state: IncidentState, effect: Effect, now: number): Promise<IncidentEvent> {
  const { incidentId, organisationId } = state;
  // Where work waits in line, the most severe goes first, and no organisation's storm holds up another.
  const priority = { priorityKey: severityRank(state.counts.severity) + 1, fairnessKey: organisationId.slice(0, 64) };
  const said = (summary: string) => ({ summary: summary.slice(0, LONGEST_SUMMARY), priority });
  switch (effect.kind) {
    case 'begin':
      return lookUp.beginEscalation.executeWithOptions(said(`begin ${effect.escalationId}`), [
        { incidentId, organisationId, effect },
      ]);
    case 'resolve-layer':
      return lookUp.resolveLayer.executeWithOptions(said(`who is ${layerName(effect.layer)}, round ${effect.round}`), [
        { incidentId, organisationId, effect },
      ]);
    case 'deliver': {
      const people = new Set(effect.items.map((item) => item.personId)).size;
      const kind = effect.items[0]?.kind ?? 'page';
      const what = kind === 'page' ? layerName(effect.layer) : kind;
      const pages = proxyActivities<PageActivities>({
        taskQueue: pageQueue(effect.channel),
        startToCloseTimeout: page.startToClose,
        heartbeatTimeout: page.heartbeat,
        // No attempt begins after the page has lost its use; the plan asks again where that is wanted.
        scheduleToCloseTimeout: Math.max(effect.usefulUntil - now, 1_000) + page.startToClose,
        retry: { initialInterval: page.retryFrom, maximumInterval: page.retryTo },
        cancellationType: ActivityCancellationType.TRY_CANCEL,
      });
      return pages.deliver.executeWithOptions(
        said(`${what} ${effect.channel} → ${people} ${people === 1 ? 'person' : 'people'}, round ${effect.round}`),
        [{ incidentId, organisationId, effect }],
      );
    }
    case 'withdraw':
      return persist.withdraw.executeWithOptions(
        said(`withdraw ${effect.personId ?? 'everybody'} through round ${effect.throughRound}`),
        [{ incidentId, organisationId, effect }],
      );
    case 'log':
      return persist.appendLog.executeWithOptions(said(`log ${effect.entries.map((one) => one.kind).join(', ')}`), [
        { incidentId, organisationId, effect },
      ]);
    case 'close':
      return persist.closeIncident.executeWithOptions(
        said(`close, by ${effect.sourceOnly ? 'the source' : effect.by}`),
        [{ incidentId, organisationId, effect }],
      );
    default:
      return effect satisfies never;
  }
}

function layerName(layer: number): string {
  return layer === 0 ? 'assigned' : `L${layer}`;
}
