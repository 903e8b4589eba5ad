import { createHmac, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One message or call as Twilio has it. */
export interface Resource {
  sid: string;
  kind: 'Messages' | 'Calls';
  to: string;
  params: Record<string, string>;
  status: string;
  createdAt: Date;
}

/** What it does with the next request that would make something. */
export type Behaviour =
  | { do: 'refuse'; status: number; code?: number; retryAfterSeconds?: number }
  /** Takes the connection and never answers. */
  | { do: 'hang' }
  /** Carries it out, and the answer is lost. */
  | { do: 'take-then-drop' }
  | { do: 'take-then-hang' }
  | { do: 'take-slowly'; ms: number }
  | { do: 'garble' };

/** A strict stand-in for Twilio's API on loopback. */
export interface FakeTwilio {
  baseUrl: string;
  accountSid: string;
  authToken: string;
  resources: Resource[];
  /** Requests to make something, whatever became of them. */
  readonly asked: number;
  next(...behaviours: Behaviour[]): void;
  /** Lists fail like this until it is set to null. */
  failLists(status: number | null): void;
  /** Posts a signed webhook. `signedUrl` is what it signs where that is not where it posts. */
  post(
    url: string,
    params: Record<string, string>,
    opts?: { authToken?: string; signedUrl?: string },
  ): Promise<{ status: number; text: string }>;
  /** What came in that Twilio would not take or we did not expect. A test that ends with any has failed. */
  problems: string[];
  stop(): Promise<void>;
}

const ALLOWED: Record<Resource['kind'], string[]> = {
  Messages: ['To', 'From', 'Body', 'ValidityPeriod', 'StatusCallback'],
  Calls: ['To', 'From', 'Url', 'Method', 'StatusCallback', 'StatusCallbackMethod', 'StatusCallbackEvent', 'Timeout'],
};

export async function createFakeTwilio(): Promise<FakeTwilio> {
  const accountSid = `AC${randomBytes(16).toString('hex')}`;
  const authToken = randomBytes(16).toString('hex');
  const resources: Resource[] = [];
  const behaviours: Behaviour[] = [];
  const problems: string[] = [];
  let asked = 0;
  let listStatus: number | null = null;

  async function handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const url = new URL(req.url ?? '/', 'http://fake');
    const auth = Buffer.from((req.headers.authorization ?? '').replace('Basic ', ''), 'base64').toString();
    if (auth !== `${accountSid}:${authToken}`) return reply(res, 401, { code: 20003, message: 'Authenticate' });
    const path = url.pathname.replace(`/2010-04-01/Accounts/${accountSid}/`, '');
    const [, kind, sid] = /^(Messages|Calls)(?:\/(\w+))?\.json$/.exec(path) ?? [];
    if (!kind) return refuseOddity(res, `no such path: ${req.method} ${path}`);
    if (req.method === 'GET') return list(res, kind as Resource['kind'], url.searchParams);
    const params = Object.fromEntries(new URLSearchParams(await bodyOf(req)));
    return sid ? update(res, sid, params) : make(req, res, kind as Resource['kind'], params);
  }

  function make(
    req: IncomingMessage,
    res: ServerResponse,
    kind: Resource['kind'],
    params: Record<string, string>,
  ): void {
    asked += 1;
    const odd = Object.keys(params).filter((name) => !ALLOWED[kind].includes(name));
    if (odd.length > 0) return refuseOddity(res, `${kind} does not take ${odd.join(', ')}`);
    const bad = wrongParam(kind, params);
    if (bad) return refuseOddity(res, bad);
    const behaviour = behaviours.shift();
    switch (behaviour?.do) {
      case 'refuse': {
        const headers =
          behaviour.retryAfterSeconds === undefined ? {} : { 'retry-after': String(behaviour.retryAfterSeconds) };
        const message = `The 'To' number ${params.To} cannot be reached`;
        return reply(res, behaviour.status, { code: behaviour.code ?? behaviour.status, message }, headers);
      }
      case 'hang':
        return;
      case 'garble':
        res.writeHead(201, { 'content-type': 'application/json' }).end('<html>');
        return;
      case 'take-then-drop':
        take(kind, params);
        req.socket.destroy();
        return;
      case 'take-then-hang':
        take(kind, params);
        return;
      case 'take-slowly':
        setTimeout(() => reply(res, 201, view(take(kind, params))), behaviour.ms);
        return;
      default:
        return reply(res, 201, view(take(kind, params)));
    }
  }

  function take(kind: Resource['kind'], params: Record<string, string>): Resource {
    const sid = `${kind === 'Calls' ? 'CA' : 'SM'}${randomBytes(16).toString('hex')}`;
    const resource: Resource = { sid, kind, to: params.To ?? '', params, status: 'queued', createdAt: new Date() };
    resources.push(resource);
    return resource;
  }

  function list(res: ServerResponse, kind: Resource['kind'], query: URLSearchParams): void {
    if (listStatus !== null) return reply(res, listStatus, { message: 'away' });
    const found = resources
      .filter((one) => one.kind === kind && one.params.To === query.get('To') && one.params.From === query.get('From'))
      .reverse();
    reply(res, 200, { [kind.toLowerCase()]: found.map(view), page_size: 50, next_page_uri: null });
  }

  function update(res: ServerResponse, sid: string, params: Record<string, string>): void {
    const call = resources.find((one) => one.sid === sid && one.kind === 'Calls');
    if (!call) return reply(res, 404, { code: 20404, message: `${sid} was not found` });
    if (params.Status !== 'canceled') return refuseOddity(res, `a call is not set to ${params.Status}`);
    if (call.status === 'queued' || call.status === 'ringing') call.status = 'canceled';
    reply(res, 200, view(call));
  }

  function refuseOddity(res: ServerResponse, problem: string): void {
    problems.push(problem);
    reply(res, 400, { code: 20001, message: problem });
  }

  const server = createServer((req, res) => {
    handle(req, res).catch((error: unknown) => {
      problems.push(String(error));
      res.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    accountSid,
    authToken,
    resources,
    problems,
    get asked() {
      return asked;
    },
    next: (...more) => void behaviours.push(...more),
    failLists: (status) => {
      listStatus = status;
    },
    async post(url, params, opts = {}) {
      const signature = sign(opts.authToken ?? authToken, opts.signedUrl ?? url, params);
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'x-twilio-signature': signature },
        body: new URLSearchParams(params),
      });
      return { status: response.status, text: await response.text() };
    },
    async stop() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Twilio's signature as documented: HMAC-SHA1 over the address and the sorted parameters. */
function sign(authToken: string, url: string, params: Record<string, string>): string {
  const sorted = Object.keys(params)
    .sort()
    .map((name) => `${name}${params[name]}`);
  return createHmac('sha1', authToken)
    .update(url + sorted.join(''))
    .digest('base64');
}

function wrongParam(kind: Resource['kind'], params: Record<string, string>): string | null {
  for (const name of ['To', 'From']) {
    if (!/^\+[1-9]\d{4,14}$/.test(params[name] ?? '')) return `${name} is not an E.164 number`;
  }
  if (kind === 'Messages') {
    if (!params.Body || params.Body.length > 1_600) return 'Body has 1 to 1,600 characters';
    const validity = Number(params.ValidityPeriod ?? 14_400);
    if (!(validity >= 1 && validity <= 14_400)) return 'ValidityPeriod is 1 to 14,400';
  } else {
    if (!URL.canParse(params.Url ?? '')) return 'Url is not an address';
    const timeout = Number(params.Timeout ?? 60);
    if (!(timeout >= 1 && timeout <= 600)) return 'Timeout is 1 to 600';
  }
  return null;
}

function view(one: Resource): object {
  const { sid, status, params, createdAt } = one;
  const created = createdAt.toUTCString().replace('GMT', '+0000');
  return { sid, status, to: params.To, from: params.From, body: params.Body ?? null, date_created: created };
}

function reply(res: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

async function bodyOf(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
