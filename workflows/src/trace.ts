import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import type { Headers, WorkflowInterceptors } from '@temporalio/workflow';
import { TRACE_HEADER } from '../contracts/index.ts';

/**
 * Hands the trace that a life was started in on to its activities, and to the run that goes on after a turn. A message of the same
 * trace, such as an answer to one of its pages, is what the activities after it come from. Nothing waits here and nothing is decided by it: a
 * history with these headers is lived as one without.
 */
export function interceptors(): WorkflowInterceptors {
  let trace: Payload | undefined;

  const hear = (headers: Headers) => {
    const said = headers[TRACE_HEADER];
    if (said && (!trace || traceIdOf(said) === traceIdOf(trace))) trace = said;
  };
  const tell = (headers: Headers): Headers => (trace ? { ...headers, [TRACE_HEADER]: trace } : headers);

  return {
    inbound: [
      {
        execute(input, next) {
          hear(input.headers);
          return next(input);
        },
        handleSignal(input, next) {
          hear(input.headers);
          return next(input);
        },
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) => next({ ...input, headers: tell(input.headers) }),
        continueAsNew: (input, next) => next({ ...input, headers: tell(input.headers) }),
      },
    ],
  };
}

/** Of `<version>-<trace id>-<span id>-<flags>`. */
function traceIdOf(header: Payload): string | undefined {
  const said = defaultPayloadConverter.fromPayload<unknown>(header);
  return typeof said === 'string' ? said.split('-')[1] : undefined;
}
