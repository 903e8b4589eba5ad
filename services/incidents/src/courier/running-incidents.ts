import type { TemporalClient } from '@tocsin/platform';
import { INCIDENT_WORKFLOW, incidentWorkflowId } from '@tocsin/workflows/contracts';

const WITHIN_MS = 10_000;
const PREFIX = incidentWorkflowId('');

/** Temporal's list is a moment behind: what it names may have ended, and what has just begun may be missing. */
export async function* runningIncidents(client: TemporalClient['client'], atOnce: number): AsyncGenerator<string[]> {
  const query = `WorkflowType = '${INCIDENT_WORKFLOW}' AND ExecutionStatus = 'Running'`;
  const { namespace } = client.options;
  let nextPageToken: Uint8Array | undefined;
  do {
    const page = { namespace, query, pageSize: atOnce, ...(nextPageToken ? { nextPageToken } : {}) };
    const answer = await client.withDeadline(Date.now() + WITHIN_MS, () =>
      client.workflowService.listWorkflowExecutions(page),
    );
    yield answer.executions
      .map(({ execution }) => execution?.workflowId ?? '')
      .filter((id) => id.startsWith(PREFIX))
      .map((id) => id.slice(PREFIX.length));
    nextPageToken = answer.nextPageToken.length > 0 ? answer.nextPageToken : undefined;
  } while (nextPageToken);
}
