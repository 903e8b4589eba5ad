import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { until, withTrace } from '@tocsin/platform';
import { ALERTS_SIGNAL, EVENT_SIGNAL, incidentWorkflowId, TRACE_HEADER } from '../contracts/index.ts';
import { stuckLives } from './histories.ts';
import { answer, INCIDENT, startWorld, type World } from './world.ts';

const ALERTS = '0af7651916cd43dd8448eb211c80319c';
const OTHER = 'b'.repeat(32);
const inTrace = <T>(traceId: string, work: () => Promise<T>) => withTrace(`00-${traceId}-00f067aa0ba902b7-01`, work);

let world: World;
beforeEach(async () => {
  world = await startWorld();
  await world.startWorker();
});
afterEach(() => world.stop());

type Fields = Record<string, { data?: Uint8Array | null }> | null | undefined;

/** The `traceparent` of a header, without what encodes it. */
function traceIn(header: { fields?: Fields } | null | undefined): string | undefined {
  const data = header?.fields?.[TRACE_HEADER]?.data;
  return data ? (JSON.parse(Buffer.from(data).toString()) as string) : undefined;
}

/** What the history of a life says of traces: of each run's start, of each message, of each activity. */
async function traces(firstRunId: string) {
  const found = { starts: [] as unknown[], messages: [] as unknown[], activities: [] as unknown[] };
  let runId: string | undefined = firstRunId;
  while (runId) {
    const { events } = await world.client.workflow.getHandle(incidentWorkflowId(INCIDENT), runId).fetchHistory();
    let next: string | undefined;
    for (const event of events ?? []) {
      const { workflowExecutionStartedEventAttributes: start, workflowExecutionSignaledEventAttributes: signal } =
        event;
      const { activityTaskScheduledEventAttributes: activity } = event;
      if (start) found.starts.push(traceIn(start.header as never));
      if (signal) found.messages.push(traceIn(signal.header as never));
      if (activity) found.activities.push(traceIn(activity.header as never));
      next = event.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? next;
    }
    runId = next;
  }
  return found;
}

const paged = (person: string, times: number) =>
  until(() => world.delivered.filter((one) => one.includes(`/${person}/`)).length >= times, {
    what: `pages of ${person}`,
    timeoutMs: 20_000,
  });

test('the trace of the start goes to every activity and through turns; a message of the same trace is what comes next', async () => {
  const handle = await inTrace(ALERTS, () => world.startIncident({ turnAfterEvents: 12 }));
  const { runId = '' } = (await handle.describe()) as { runId?: string };
  await paged('ada', 2);
  const counts = { version: 7, members: 2, firing: 2, severity: 'critical' };
  await inTrace(OTHER, () => handle.signal(ALERTS_SIGNAL, { counts }));
  await inTrace(ALERTS, () => handle.signal(EVENT_SIGNAL, answer('ada', 'reject')));
  await paged('ben', 2);
  await inTrace(ALERTS, () => handle.signal(EVENT_SIGNAL, answer('ben', 'accept')));
  await until(() => world.withdrawn.length > 0, { what: 'the withdrawal', timeoutMs: 20_000 });

  const first = await firstRunOf(runId);
  const { starts, messages, activities } = await traces(first);
  expect(starts.length).toBeGreaterThan(1);
  const ids = (all: unknown[]) => [...new Set(all.map((one) => String(one).split('-')[1]))];
  expect(ids(starts)).toEqual([ALERTS]);
  expect(ids(activities)).toEqual([ALERTS]);
  expect(ids(messages)).toEqual([OTHER, ALERTS]);
  // What was done after the answer came from the answer.
  const rejected = messages.find((one) => String(one).includes(ALERTS));
  expect(activities).toContain(rejected);
  expect(await stuckLives(world.client)).toEqual([]);
}, 60_000);

test('a life that was started in no trace has none, and is lived all the same', async () => {
  const handle = await world.startIncident();
  const { runId = '' } = (await handle.describe()) as { runId?: string };
  await paged('ada', 2);
  await handle.signal(EVENT_SIGNAL, answer('ada', 'accept'));
  await until(() => world.withdrawn.length > 0, { what: 'the withdrawal', timeoutMs: 20_000 });
  const { starts, messages, activities } = await traces(await firstRunOf(runId));
  expect([...new Set([...starts, ...messages, ...activities])]).toEqual([undefined]);
  expect(await stuckLives(world.client)).toEqual([]);
}, 60_000);

/** The first of the life that a run belongs to. */
async function firstRunOf(runId: string): Promise<string> {
  const { events } = await world.client.workflow.getHandle(incidentWorkflowId(INCIDENT), runId).fetchHistory();
  return events?.[0]?.workflowExecutionStartedEventAttributes?.firstExecutionRunId ?? runId;
}
