import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request } from 'express';
import { platformMetrics } from '../telemetry/catalogue.ts';
import { startSpan } from '../telemetry/spans.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { runInTrace } from '../telemetry/trace.ts';

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/**
 * A request is counted and is a span under the pattern that it came to, never under its address: addresses hold keys, tokens and
 * ids. What came to no pattern is `other`.
 */
export function observeRequest(
  { service, metrics }: Telemetry,
  routeOf: (request: IncomingMessage) => string | undefined = () => undefined,
): (request: IncomingMessage, response: ServerResponse, answer: () => void) => void {
  const count = metrics.duration(platformMetrics.httpRequests);

  return (request, response, answer) => {
    const startedAt = performance.now();
    const method = METHODS.has(request.method ?? '') ? request.method! : 'OTHER';
    const attributes = { 'http.request.method': method };
    const span = startSpan(request.headers.traceparent as string | undefined, {
      scope: service,
      name: method,
      kind: 'server',
      attributes,
    });
    // Where the sender went away first there was no answer: 499, as proxies call it.
    response.once('close', () => {
      const route = routeOf(request) ?? patternOf(request as Request);
      const status = response.writableFinished ? response.statusCode : 499;
      count({ method, route, status: `${Math.floor(status / 100)}xx` }, (performance.now() - startedAt) / 1_000);
      span.rename(`${method} ${route}`);
      span.set({ 'http.route': route, 'http.response.status_code': status });
      if (status >= 500) span.fail(String(status));
      span.end();
    });
    runInTrace(span.trace, answer);
  };
}

/** As Express found it, with what it is mounted under. */
function patternOf({ route, baseUrl = '' }: Request): string {
  const path: unknown = (route as { path?: unknown } | undefined)?.path;
  return typeof path === 'string' ? `${baseUrl}${path}` : 'other';
}
