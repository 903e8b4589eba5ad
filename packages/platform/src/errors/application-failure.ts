import { ApplicationFailure, TemporalFailure } from '@temporalio/common';
import { toTocsinError } from './classify.ts';
import { classOf, type ErrorClass, errorOfClass, Internal, TocsinError } from './errors.ts';

/** What stays wrong however often an activity is tried. */
const final = new Set<ErrorClass>(['InvalidInput', 'NotFound', 'Conflict']);

interface FailureDetails {
  code?: string;
  field?: string;
  retryAfterMs?: number;
}

/**
 * What an activity throws. Temporal keeps failures for good, so a bug goes there without its message and stack.
 * Temporal's own failures and cancellations stay what they are.
 */
export function toApplicationFailure(error: unknown): Error {
  if (error instanceof TemporalFailure) return error;
  if (error instanceof Error && error.name === 'AbortError') return error;
  const known = toTocsinError(error);
  const details: FailureDetails = { code: known.code };
  if (known.field !== undefined) details.field = known.field;
  if (known.retryAfterMs !== undefined) details.retryAfterMs = known.retryAfterMs;
  return ApplicationFailure.create({
    message: known.message,
    type: classOf(known),
    nonRetryable: final.has(classOf(known)),
    details: [details],
    ...(known.retryAfterMs === undefined ? {} : { nextRetryDelay: known.retryAfterMs }),
  });
}

/** The other way: what the failure of a workflow, an activity or an update was made from, however deep it is wrapped. */
export function fromApplicationFailure(error: unknown): TocsinError {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof TocsinError) return at;
    if (!(at instanceof ApplicationFailure)) continue;
    const details = (at.details?.[0] ?? {}) as FailureDetails;
    return errorOfClass(at.type ?? 'Internal', at.message, {
      ...details,
      code: details.code ?? 'internal',
      cause: error,
    });
  }
  return new Internal('internal error', { code: 'internal', cause: error });
}
