import { STATUS_CODES } from 'node:http';
import { toTocsinError } from './classify.ts';
import { classOf, type ErrorClass, TocsinError } from './errors.ts';

const statusOf: Record<ErrorClass, number> = {
  InvalidInput: 400,
  Unauthenticated: 401,
  Forbidden: 403,
  NotFound: 404,
  Conflict: 409,
  RateLimited: 429,
  Internal: 500,
  Unavailable: 503,
};

export interface HttpProblem {
  status: number;
  body: {
    type: 'about:blank';
    title: string;
    status: number;
    detail: string;
    code: string;
    field?: string;
    retryAfterMs?: number;
  };
}

/** Problem details (RFC 9457) with our code and field. A bug says nothing of itself. */
export function toHttpProblem(error: unknown): HttpProblem {
  const refused = refusedByParser(error);
  if (refused) return refused;
  const known = toTocsinError(error);
  return problem(statusOf[classOf(known)], known);
}

function problem(status: number, error: TocsinError): HttpProblem {
  return {
    status,
    body: {
      type: 'about:blank',
      title: STATUS_CODES[status] ?? 'Error',
      status,
      detail: error.message,
      code: error.code,
      ...(error.field === undefined ? {} : { field: error.field }),
      ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
    },
  };
}

/** What Express and its body parser refuse by themselves, such as 413 `entity.too.large`. Their words name no value of ours. */
function refusedByParser(error: unknown): HttpProblem | undefined {
  if (error instanceof TocsinError || !(error instanceof Error)) return undefined;
  // A path that cannot be decoded: the client's mistake, which Express does not mark as one that may be told.
  if (error instanceof URIError)
    return problem(400, new TocsinError('the path is not encoded as UTF-8', { code: 'path-undecodable' }));
  const { status, expose, type } = error as Error & { status?: unknown; expose?: unknown; type?: unknown };
  if (expose !== true || typeof status !== 'number' || status < 400 || status > 499) return undefined;
  const code = typeof type === 'string' ? type.replaceAll('.', '-') : 'request-refused';
  const detail = code === 'entity-parse-failed' ? 'the body cannot be parsed' : error.message;
  return problem(status, new TocsinError(detail, { code }));
}
