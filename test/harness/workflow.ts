import type { Harness } from './harness.ts';

/** The handle of an incident's workflow, whichever run of it is the present one. */
export async function workflowOf(harness: Harness, number = 'INC-1') {
  const { incident } = await harness.incident(number);
  return harness.temporal.workflow.getHandle(`incident/${incident.id}`);
}

/** Resolves when the workflow lives in another life than `runId` was of; with that life's first run. */
export async function madeAgain(harness: Harness, after: string, number?: string): Promise<string> {
  const handle = await workflowOf(harness, number);
  return harness.until(
    async () => {
      const { runId, status } = await handle.describe();
      return status.name === 'RUNNING' && runId !== after && runId;
    },
    { what: 'the workflow to be made again' },
  );
}

/** What an operator does in Temporal's own interface. Resolves with the run that it ended. */
export async function terminate(harness: Harness, number?: string): Promise<string> {
  const handle = await workflowOf(harness, number);
  const { runId } = await handle.describe();
  await handle.terminate('by an operator');
  return runId;
}
