import type { WorkflowClientInterceptor } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { traceHeader } from '../rpc/headers.ts';
import { platformMetrics } from '../telemetry/catalogue.ts';
import { enterSpan, inSpan, type SpanSpec } from '../telemetry/spans.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { currentTraceparent } from '../telemetry/trace.ts';

type Headers = Record<string, Payload>;

const encoding = { encoding: Buffer.from('json/plain') };

/**
 * Hands the trace on with whatever starts or signals a workflow. The header is there whether or not traces are recorded, so that
 * no history shows which it was.
 */
export function createTraceInterceptor(scope: string): WorkflowClientInterceptor {
  const call = <I extends { readonly headers: Headers }, R>(name: string, input: I, next: (input: I) => Promise<R>) =>
    inSpan(clientSpan(scope, name), () => next({ ...input, headers: withTraceHeader(input.headers) }));
  return {
    startWithDetails: (input, next) => call(`StartWorkflow:${input.workflowType}`, input, next),
    signalWithStart: (input, next) => call(`SignalWithStartWorkflow:${input.workflowType}`, input, next),
    signal: (input, next) => call(`SignalWorkflow:${input.signalName}`, input, next),
  };
}

/** Runs each activity in the trace that its workflow was given, and counts it. */
export function createActivityInterceptors({ service, metrics }: Telemetry): ActivityInterceptorsFactory {
  const count = metrics.duration(platformMetrics.activities);
  return ({ info }) => ({
    inbound: {
      execute: ({ headers, ...input }, next) => {
        const { activityType: activity, workflowExecution, attempt } = info;
        const startedAt = performance.now();
        const counted = (outcome: string) => count({ activity, outcome }, (performance.now() - startedAt) / 1_000);
        const spec: SpanSpec = {
          scope: service,
          name: `RunActivity:${activity}`,
          kind: 'consumer',
          attributes: {
            'tocsin.workflow.id': workflowExecution?.workflowId ?? '',
            'tocsin.workflow.run_id': workflowExecution?.runId ?? '',
            'tocsin.activity.attempt': attempt,
          },
        };
        return enterSpan(traceOf(headers), spec, async () => {
          try {
            const result = await next({ ...input, headers });
            counted('ok');
            return result;
          } catch (error) {
            counted('failed');
            throw error;
          }
        });
      },
    },
  });
}

function clientSpan(scope: string, name: string): SpanSpec {
  return { scope, name, kind: 'client' };
}

function withTraceHeader(headers: Headers): Headers {
  const traceparent = currentTraceparent();
  if (traceparent === undefined) return headers;
  return { ...headers, [traceHeader]: { metadata: encoding, data: Buffer.from(JSON.stringify(traceparent)) } };
}

function traceOf(headers: Headers): string | undefined {
  const data = headers[traceHeader]?.data;
  if (!data) return undefined;
  try {
    const said: unknown = JSON.parse(Buffer.from(data).toString());
    return typeof said === 'string' ? said : undefined;
  } catch {
    return undefined;
  }
}
