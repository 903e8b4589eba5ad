import { STATUS_CODES } from 'node:http';
import { type HttpProblem, toHttpProblem } from '@tocsin/platform';
import type { Response } from 'express';
import { z } from 'zod';
import { named } from '../openapi/components.ts';

/** What only HTTP knows of: a status that no class of error has. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** Problem details (RFC 9457) as the document describes them. */
export const problemSchema = named(
  'Problem',
  z
    .object({
      type: z.literal('about:blank'),
      title: z.string().describe('The status in words.'),
      status: z.int(),
      detail: z.string().describe('What went wrong, for people.'),
      code: z.string().describe('What went wrong, for programs: constant, in kebab-case.'),
      field: z.string().optional().describe('The field that is wrong, such as `layers[0].targets`.'),
      retryAfterMs: z.number().optional().describe('When asking again may help.'),
    })
    .describe('What went wrong (RFC 9457).'),
);

export function answerProblem(res: Response, error: unknown): void {
  // Half an answer is out: the connection is cut, so that nobody takes it for a whole one.
  if (res.headersSent) return void res.destroy();
  const { status, body } = problemOf(error);
  res.status(status);
  if (error instanceof Refusal) res.set(error.headers);
  if (status === 401) res.set('WWW-Authenticate', 'Bearer realm="tocsin"');
  if (body.retryAfterMs !== undefined) res.set('Retry-After', String(Math.ceil(body.retryAfterMs / 1_000)));
  res.set('Cache-Control', 'no-store').type('application/problem+json').send(JSON.stringify(body));
}

function problemOf(error: unknown): HttpProblem {
  if (!(error instanceof Refusal)) return toHttpProblem(error);
  const { status, code, message } = error;
  return {
    status,
    body: { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail: message, code },
  };
}
