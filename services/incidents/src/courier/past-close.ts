import { defaultPayloadConverter } from '@temporalio/common';
import type { TemporalClient } from '@tocsin/platform';
import type { PersistActivities } from '@tocsin/workflows/contracts';

/** How an incident was closed. */
export interface PastClose {
  by: string;
  entryId: string;
  at: Date;
}

/** A life of more runs than this is not read back to its close. */
const MOST_RUNS = 20;
const WITHIN_MS = 10_000;

type CloseInput = Parameters<PersistActivities['closeIncident']>[0];

/** The newest close that the workflow asked for, in its last run or one before. Rejects where Temporal is away. */
export async function pastCloseOf(client: TemporalClient['client'], workflowId: string): Promise<PastClose | null> {
  let runId: string | undefined;
  for (let run = 0; run < MOST_RUNS; run += 1) {
    const handle = client.workflow.getHandle(workflowId, runId);
    const { events } = await client.withDeadline(Date.now() + WITHIN_MS, () => handle.fetchHistory());
    const asked = (events ?? [])
      .map((event) => event.activityTaskScheduledEventAttributes)
      .findLast((activity) => activity?.activityType?.name === 'closeIncident');
    const payload = asked?.input?.payloads?.[0];
    if (payload) {
      const { effect } = defaultPayloadConverter.fromPayload<CloseInput>(payload);
      return { by: effect.by, entryId: effect.entryId, at: new Date(effect.at) };
    }
    runId = events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId || undefined;
    if (!runId) return null;
  }
  return null;
}
