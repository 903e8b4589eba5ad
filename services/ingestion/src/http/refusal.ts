import type { ServerResponse } from 'node:http';
import { TocsinError, toHttpProblem, Unavailable } from '@tocsin/platform';

/** What only HTTP knows of: a status that no class of error has. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, detail: string) {
    super(detail);
    this.status = status;
    this.code = code;
  }
}

/** Answers with problem details (RFC 9457). Of a body still coming the server takes the rest to nowhere, within its time-outs. */
export function refuse(res: ServerResponse, error: unknown): void {
  if (res.headersSent || res.destroyed) return;
  const { status, body } = error instanceof Refusal ? problemOf(error) : toHttpProblem(error);
  const headers: Record<string, string | number> = { 'content-type': 'application/problem+json' };
  if (status === 401) headers['www-authenticate'] = 'Bearer';
  if (status === 405) headers.allow = 'POST, PUT';
  if (status === 408) headers.connection = 'close';
  if (status === 503) headers['retry-after'] = retryAfterSeconds(error);
  res.writeHead(status, headers).end(JSON.stringify(body));
}

function problemOf({ status, code, message }: Refusal) {
  return { status, body: { type: 'about:blank', title: message, status, detail: message, code } };
}

/** Spread a little, so that senders who were refused together do not come back together. */
function retryAfterSeconds(error: unknown): number {
  const ms = error instanceof TocsinError && error instanceof Unavailable ? (error.retryAfterMs ?? 2_000) : 2_000;
  return Math.ceil(ms / 1_000) + Math.floor(Math.random() * 3);
}
