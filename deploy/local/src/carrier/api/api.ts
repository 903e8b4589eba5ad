import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Network } from '../network.ts';
import type { Account } from '../options.ts';
import type { CarrierEvent, CarrierRecord, RequestKind } from '../record.ts';
import { errorBody, TwilioError } from '../twilio-error.ts';
import { createCall, listCalls, updateCall } from './calls.ts';
import { createMessage, listMessages, updateMessage } from './messages.ts';
import { readBody } from './read-body.ts';
import { callResource, messageResource } from './resources.ts';

const routes = /^\/2010-04-01\/Accounts\/([^/]+)\/(Messages|Calls)(?:\/([^/]+))?\.json$/;

interface ApiRequest {
  path: string;
  accountSid: string;
  collection: 'Messages' | 'Calls';
  sid: string | undefined;
  kind: RequestKind;
  parameters: URLSearchParams;
}

interface ApiAnswer {
  status: number;
  resource: object;
  sid?: string | undefined;
  spoken?: readonly string[];
}

/** Twilio's REST API, as far as messages and calls go; see the README for what is strict in it. */
export function createApi(
  network: Network,
  record: CarrierRecord,
): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  return async function handle(req, res) {
    const receivedAt = network.clock.now();
    const body = await readBody(req);
    const label = `${req.method} ${req.url}`;
    let event: CarrierEvent | undefined;
    try {
      const request = parseRequest(req, body);
      event = record.add(describe(network, request, receivedAt, body));
      const { delayMs, fault } = network.faults.forRequest({
        accountSid: request.accountSid,
        kind: request.kind,
        to: event.to,
      });
      if (delayMs > 0) await new Promise<void>((resolve) => network.clock.after(delayMs, resolve));
      if (fault === 'hang') return;
      if (fault === 'refuse-connection') return void req.socket.destroy();
      if (typeof fault === 'object') {
        const code = fault.code ?? (fault.status === 429 ? 20429 : 20500);
        event.code = code;
        return answer(res, event, fault.status, errorBody(code, 'The carrier was told to refuse this', fault.status));
      }

      const account = authenticate(network, req, request.accountSid);
      const answered = work(network, account, request);
      if (answered.sid !== undefined) event.sid = answered.sid;
      if (answered.spoken) event.spoken = answered.spoken;
      if (fault === 'take-then-drop') return void req.socket.destroy();
      answer(res, event, answered.status, answered.resource);
    } catch (error) {
      if (!(error instanceof TwilioError)) {
        network.unexpected(`${label} broke the carrier: ${error instanceof Error ? error.stack : error}`);
        return answer(res, event, 500, errorBody(20500, 'Internal error', 500));
      }
      if (error.isClientMistake) network.unexpected(`${label}: ${error.code} ${error.message}`);
      if (event) event.code = error.code;
      answer(res, event, error.status, errorBody(error.code, error.message, error.status));
    }
  };
}

function parseRequest(req: IncomingMessage, body: string): ApiRequest {
  const [path = '', query = ''] = (req.url ?? '').split(/\?(.*)/s);
  const match = routes.exec(path);
  if (!match) throw new TwilioError(20404, path);
  const [, accountSid = '', collection, sid] = match;
  const isPost = req.method === 'POST';
  if (!isPost && req.method !== 'GET') throw new TwilioError(20004);
  if (isPost && !(req.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')) {
    throw new TwilioError(20001, `a body of type ${req.headers['content-type'] ?? 'none'}`);
  }
  if (isPost && query) throw new TwilioError(20001, `the query ${query}`);
  const create = collection === 'Messages' ? 'message' : 'call';
  const kind: RequestKind = isPost ? (sid ? 'update' : create) : sid ? 'fetch' : 'list';
  return {
    path,
    accountSid,
    collection: collection as ApiRequest['collection'],
    sid,
    kind,
    parameters: new URLSearchParams(isPost ? body : query),
  };
}

function describe(network: Network, request: ApiRequest, receivedAt: number, body: string): CarrierEvent {
  const { accountSid, kind, parameters, sid } = request;
  const resource = sid ? (network.messages.get(sid) ?? network.calls.get(sid)) : undefined;
  const to = resource?.handset ?? parameters.get('To');
  const from = resource?.from ?? parameters.get('From');
  const text = kind === 'update' ? body : parameters.get('Body');
  const statusCallback = kind === 'update' ? null : parameters.get('StatusCallback');
  return {
    receivedAt,
    account: accountSid,
    kind,
    ...(to && { to }),
    ...(from && { from }),
    ...(text && { body: text }),
    ...(sid && { sid }),
    ...(statusCallback && { statusCallback }),
  };
}

function authenticate(network: Network, req: IncomingMessage, accountSid: string): Account {
  const account = network.accounts.get(accountSid);
  const expected = `Basic ${Buffer.from(`${accountSid}:${account?.authToken}`).toString('base64')}`;
  if (!account || !sameSecret(req.headers.authorization ?? '', expected)) throw new TwilioError(20003);
  return account;
}

function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

function work(network: Network, account: Account, request: ApiRequest): ApiAnswer {
  const { kind, collection, parameters, path, sid = '' } = request;
  if (kind === 'message') {
    const message = createMessage(network, account, parameters);
    return { status: 201, resource: messageResource(message), sid: message.sid };
  }
  if (kind === 'call') {
    const call = createCall(network, account, parameters);
    return { status: 201, resource: callResource(call), sid: call.sid, spoken: call.spoken };
  }
  if (kind === 'list') {
    const list = collection === 'Messages' ? listMessages : listCalls;
    return { status: 200, resource: list(network, account, parameters, path) };
  }
  if (collection === 'Messages') {
    const message = network.messages.get(sid);
    if (message?.accountSid !== account.accountSid) throw new TwilioError(20404, path);
    if (kind === 'update') updateMessage(network, message, parameters);
    return { status: 200, resource: messageResource(message) };
  }
  const call = network.calls.get(sid);
  if (call?.accountSid !== account.accountSid) throw new TwilioError(20404, path);
  if (kind === 'update') updateCall(network, call, parameters);
  return { status: 200, resource: callResource(call) };
}

function answer(res: ServerResponse, event: CarrierEvent | undefined, status: number, resource: object): void {
  if (event) event.status = status;
  const body = JSON.stringify(resource);
  const headers: Record<string, string | number> = {
    'content-type': 'application/json;charset=utf-8',
    'content-length': Buffer.byteLength(body),
  };
  if (status === 401) headers['www-authenticate'] = 'Basic realm="Twilio API"';
  res.writeHead(status, headers).end(body);
}
