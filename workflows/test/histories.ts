import type { HistoryAndWorkflowId } from '@temporalio/common';
import { type History, historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { createLogger } from '@tocsin/platform';
import { INCIDENT_WORKFLOW, incidentWorkflowId } from '../contracts/index.ts';
import { workflowBundle } from '../worker/index.ts';
import { installRuntime } from '../worker/runtime.ts';
import { INCIDENT, type World } from './world.ts';

/** The lives of a namespace that cannot be lived again, each with the reason: a worker that starts would be stuck on them. */
export async function stuckLives(client: World['client'], otherCode?: string): Promise<string[]> {
  installRuntime(createLogger('test', 'silent'));
  const code = otherCode ?? (await workflowBundle()).code;
  const lives = begun(client.workflow.list({ query: `WorkflowType = '${INCIDENT_WORKFLOW}'` }).intoHistories());
  const stuck: string[] = [];
  for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle: { code } }, lives)) {
    if (error) stuck.push(`${workflowId}: ${error}`);
  }
  return stuck;
}

/** The histories of an incident's runs, oldest first: an event a line, without the names of the machine that lived them. */
export async function recordedRuns(world: World, firstRunId: string): Promise<string[]> {
  const runs: string[] = [];
  let runId: string | undefined = firstRunId;
  while (runId) {
    const history = await world.client.workflow.getHandle(incidentWorkflowId(INCIDENT), runId).fetchHistory();
    runs.push(written(historyToJSON(history)));
    runId = history.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? undefined;
  }
  return runs;
}

/** A run that has only just been carried over has nothing in it that could be lived again. */
async function* begun(lives: AsyncIterable<HistoryAndWorkflowId>): AsyncIterable<HistoryAndWorkflowId> {
  for await (const life of lives) {
    const { events } = life.history as History;
    if (events?.some((event) => event.workflowTaskCompletedEventAttributes)) yield life;
  }
}

function written(json: string): string {
  const { events } = JSON.parse(json, withoutMachine) as { events: object[] };
  return `{"events":[\n${events.map((event) => JSON.stringify(event)).join(',\n')}\n]}\n`;
}

/** A process is named `<pid>@<host>`, alone and in its sticky queue's name; a stack names folders. */
function withoutMachine(key: string, value: unknown): unknown {
  if (key === 'stackTrace') return '';
  return typeof value === 'string' && /^\d+@/.test(value) ? 'recorder' : value;
}

/**
 * Lives a history again with the workflows as they are now, or as `change` makes them. False where they would do something else
 * than was done; rejects where they cannot live it at all.
 */
export async function canBeLived(history: string, change = (code: string): string => code): Promise<boolean> {
  installRuntime(createLogger('test', 'silent'));
  const { code } = await workflowBundle();
  try {
    const options = { workflowBundle: { code: change(code) } };
    await Worker.runReplayHistory(options, JSON.parse(history), incidentWorkflowId(INCIDENT));
    return true;
  } catch (error) {
    if (error instanceof DeterminismViolationError) return false;
    throw error;
  }
}
