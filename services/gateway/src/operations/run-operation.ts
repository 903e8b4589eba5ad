import { InvalidInput, newId } from '@tocsin/platform';
import type { Request, RequestHandler, Response } from 'express';
import type { Cookies } from '../auth/cookies.ts';
import { type Principal, principalKey } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { networkOf } from '../http/client-network.ts';
import { parseIfMatch } from '../http/etag.ts';
import { type Idempotency, parseIdempotencyKey, type StoredAnswer } from '../http/idempotency.ts';
import { parseInput } from '../http/parse-input.ts';
import { answerProblem, Refusal } from '../http/problem.ts';
import { readJson } from '../http/read-json.ts';
import { createAuditTrail } from './audit-trail.ts';
import type { Gate } from './gate.ts';
import { type AnyOperation, type AnyResult, type Call, effectOf, type ResponseSpec } from './operation.ts';
import { sendStream } from './send-stream.ts';

export interface RunDeps {
  gate: Gate;
  cookies: Cookies;
  idempotency: Idempotency;
  deps: Deps;
}

const BODY_LIMIT_BYTES = 256 * 1024;
const JSON_TYPE = 'application/json';

/** One operation as Express sees it: who asks, what is asked, once or again, and the answer. */
export function runOperation(operation: AnyOperation, { gate, cookies, idempotency, deps }: RunDeps): RequestHandler {
  const { id, method, params, query, body, bodyLimitBytes = BODY_LIMIT_BYTES, responses } = operation;
  const types = [...new Set(Object.values(responses).flatMap(typesOf))];

  async function read(req: Request, res: Response) {
    const given = body || method !== 'GET' ? await readJson(req, res, bodyLimitBytes) : undefined;
    if (body && given === undefined) throw new InvalidInput('a JSON body is needed', { code: 'body-missing' });
    if (!body && given !== undefined) throw new InvalidInput('no body is taken here', { code: 'body-unexpected' });
    return {
      params: params && parseInput(params, req.params, 'params'),
      query: query && parseInput(query, req.query, 'query'),
      body: body && parseInput(body, given, 'body'),
    };
  }

  async function handle(req: Request, res: Response): Promise<void> {
    const principal = await gate.pass(operation, req, res);
    const prefers = req.accepts(types);
    if (prefers === false) {
      throw new Refusal(406, 'not-acceptable', `this answers with ${types.join(' or ')} only`);
    }
    const input = await read(req, res);
    const ifMatch = operation.ifMatch ? parseIfMatch(req.get('If-Match')) : undefined;
    const key = principal && method !== 'GET' ? req.get('Idempotency-Key') : undefined;
    const idempotent =
      key === undefined ? undefined : { owner: principalKey(principal!), key: parseIdempotencyKey(key) };
    const caller = {
      network: networkOf(req.ip),
      userAgent: req.get('User-Agent') ?? '',
      cookies: cookies.read(req.headers.cookie),
      url: publicUrlOf(req, deps),
      ifMatch,
      prefers,
      lastEventId: req.get('Last-Event-ID'),
      requestKey: idempotent ? `${idempotent.owner}/${idempotent.key}` : newId(),
    };
    const work = () => perform({ ...input, principal, caller });
    if (!idempotent) return send(res, await work());

    const request = [method, req.originalUrl, ifMatch ?? '', JSON.stringify(req.body ?? null)];
    const { answer, again } = await idempotency.once({ ...idempotent, request }, async () => {
      const result = await work();
      cookies.set(res, result.cookies ?? []);
      return storable(result);
    });
    if (again) res.set('Idempotency-Replayed', 'true');
    sendStored(res, answer);
  }

  async function perform(call: Omit<Call, 'audit' | 'principal'> & { principal: Principal | undefined }) {
    const audit = createAuditTrail(deps.audit, id, call.principal, deps.clock);
    const result = await operation.handle({ ...call, audit } as never, deps);
    if (effectOf(operation) === 'change' && audit.written === 0 && result.changed !== false) {
      throw new Error(`${id} changed something and wrote nothing to the audit`);
    }
    return result;
  }

  function send(res: Response, result: AnyResult): void | Promise<void> {
    const spec = responses[result.status];
    if (!spec) throw new Error(`${id} answered ${result.status}, which it does not declare`);
    cookies.set(res, result.cookies ?? []);
    const text = spec.contentType ? (result.body as AsyncIterable<string>) : result.text;
    if (!text) return sendStored(res, storable(result));
    res
      .status(result.status)
      .set(result.headers ?? {})
      .type(spec.contentType ?? spec.alternative ?? '');
    return sendStream(res, text);
  }

  return (req, res) => {
    res.set('Cache-Control', 'no-store');
    handle(req, res).catch((error: unknown) => answerFailure(res, error, deps, id));
  };
}

/** Not by the `Host` that was sent: the public address is ours to say. */
function publicUrlOf(req: Request, { publicUrl }: Pick<Deps, 'publicUrl'>): URL {
  const url = new URL(publicUrl);
  url.pathname = req.baseUrl + req.path;
  url.search = req.originalUrl.split('?').slice(1).join('?');
  return url;
}

function typesOf({ contentType, alternative }: ResponseSpec): string[] {
  return contentType ? [contentType] : [JSON_TYPE, ...(alternative ? [alternative] : [])];
}

function storable({ status, headers = {}, body }: AnyResult): StoredAnswer {
  return { status, headers: { ...headers }, body: body === undefined ? '' : JSON.stringify(body) };
}

function sendStored(res: Response, { status, headers, body }: StoredAnswer): void {
  res.status(status).set(headers);
  if (body === '') return void res.end();
  // Not by Express' `send`, which would answer 304 by an ETag: nothing of the API is stored, and ETags are for edits only.
  res.type(JSON_TYPE).end(body);
}

/** Answers with a problem; a bug is logged too, as nobody but the log hears of it. */
export function answerFailure(res: Response, error: unknown, { log }: Pick<Deps, 'log'>, operation?: string): void {
  answerProblem(res, error);
  if (res.statusCode >= 500) log.error({ err: error, operation }, 'request failed');
}
