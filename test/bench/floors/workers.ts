import type { TemporalClient } from '@tocsin/platform';

/** Workers without an SDK: they answer each task the moment that they are given it, so that what is measured is the server. */
export interface FloorWorkers {
  /** Starts a workflow by a signal; resolves once its activity was given to a worker. */
  firstActivity(workflowId: string): Promise<void>;
  stop(): Promise<void>;
}

const POLLERS = 3;
const QUEUE = 'floor';
const SCHEDULE_ACTIVITY = 1; // temporal.api.enums.v1.CommandType
const COMPLETE_WORKFLOW = 4;

export function createFloorWorkers({ client, connection }: TemporalClient, namespace: string): FloorWorkers {
  const { workflowService } = connection;
  const stopping = new AbortController();
  const waiting = new Map<string, () => void>();
  const from = { namespace, taskQueue: { name: QUEUE }, identity: 'floor' };

  async function pollWorkflows(): Promise<void> {
    const { taskToken, history } = await workflowService.pollWorkflowTaskQueue(from);
    if (!taskToken?.length) return;
    const isOver = history?.events?.some((event) => event.activityTaskCompletedEventAttributes);
    await workflowService.respondWorkflowTaskCompleted({
      ...from,
      taskToken,
      commands: [
        isOver
          ? { commandType: COMPLETE_WORKFLOW, completeWorkflowExecutionCommandAttributes: {} }
          : {
              commandType: SCHEDULE_ACTIVITY,
              scheduleActivityTaskCommandAttributes: {
                activityId: '1',
                activityType: { name: 'floor' },
                taskQueue: { name: QUEUE },
                startToCloseTimeout: { seconds: 10 as never },
              },
            },
      ],
    });
  }

  async function pollActivities(): Promise<void> {
    const { taskToken, workflowExecution } = await workflowService.pollActivityTaskQueue(from);
    if (!taskToken?.length) return;
    waiting.get(workflowExecution?.workflowId ?? '')?.();
    await workflowService.respondActivityTaskCompleted({ ...from, taskToken });
  }

  async function repeat(poll: () => Promise<void>): Promise<void> {
    while (!stopping.signal.aborted) {
      await connection.withAbortSignal(stopping.signal, poll).catch((error) => {
        if (!stopping.signal.aborted) throw error;
      });
    }
  }

  const polling = [pollWorkflows, pollActivities].flatMap((poll) =>
    Array.from({ length: POLLERS }, () => repeat(poll)),
  );
  return {
    async firstActivity(workflowId) {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.set(workflowId, resolve);
      const started = client.workflow.signalWithStart('floor', { workflowId, taskQueue: QUEUE, signal: 'go' });
      await Promise.all([started, promise]);
      waiting.delete(workflowId);
    },
    async stop() {
      stopping.abort();
      await Promise.all(polling);
    },
  };
}
