import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import twilio from 'twilio';
import { type Carrier, type CarrierOptions, createCarrier } from '../src/carrier/index.ts';

export const account = {
  accountSid: 'AC00000000000000000000000000000001',
  authToken: 'a-token-of-the-first-account',
  from: '+15550100001',
};
export const secondAccount = {
  accountSid: 'AC00000000000000000000000000000002',
  authToken: 'a-token-of-the-second-account',
  from: '+15550200002',
};
export const ada = '+15551230001';
export const ben = '+15551230002';

/** What a request to the customer's server said, and whether its signature held. */
export interface Heard {
  path: string;
  method: string;
  parameters: Record<string, string>;
  signed: boolean;
  token: string | undefined;
}

export interface Customer {
  url: string;
  heard: Heard[];
  /** Answers for a path: TwiML, or a status; 204 where nothing is set. */
  answers: Map<string, string | number | ((heard: Heard) => string | number)>;
  /** The callbacks to a path, in the order in which they came. */
  at(path: string): Heard[];
  stop(): Promise<void>;
}

/** The customer's own server, which checks every signature with Twilio's own library. */
export async function startCustomer(tokens = [account.authToken, secondAccount.authToken]): Promise<Customer> {
  const heard: Heard[] = [];
  const answers: Customer['answers'] = new Map();
  const server: Server = createServer(async (req, res) => {
    const { pathname, searchParams } = new URL(req.url ?? '/', 'http://customer');
    const posted = Object.fromEntries(new URLSearchParams(await text(req)));
    const signature = String(req.headers['x-twilio-signature'] ?? '');
    const each: Heard = {
      path: pathname,
      method: req.method ?? '',
      parameters: { ...Object.fromEntries(searchParams), ...posted },
      signed: tokens.some((token) => twilio.validateRequest(token, signature, customer.url + req.url, posted)),
      token: req.headers['i-twilio-idempotency-token'] as string | undefined,
    };
    heard.push(each);
    const set = answers.get(pathname) ?? 204;
    const answer = typeof set === 'function' ? set(each) : set;
    if (typeof answer === 'number') res.writeHead(answer).end();
    else res.writeHead(200, { 'content-type': 'text/xml' }).end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const customer: Customer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    answers,
    at: (path) => heard.filter((each) => each.path === path),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return customer;
}

async function text(req: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of req) body += chunk;
  return body;
}

export async function startCarrier(options: Partial<CarrierOptions> = {}): Promise<Carrier> {
  const carrier = createCarrier({ port: 0, accounts: [account, secondAccount], ...options });
  await carrier.start();
  return carrier;
}

/** Twilio's own client, whose every request goes to the carrier instead. */
export function clientOf(carrier: Carrier, { accountSid, authToken } = account): twilio.Twilio {
  const real = new twilio.RequestClient({ timeout: 5000 });
  const httpClient = {
    request: (options: { uri: string }) =>
      real.request({ ...options, uri: options.uri.replace('https://api.twilio.com', carrier.url) } as never),
  };
  return twilio(accountSid, authToken, { httpClient: httpClient as never });
}

/** Waits for what `probe` looks for; the carrier's own times are tens of milliseconds. */
export async function until<T>(probe: () => T | undefined | false, what: string): Promise<T> {
  const deadline = Date.now() + 5000;
  for (;;) {
    const found = probe();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`never came: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** What the wall's page is told of a phone when it opens. */
export async function shownOn(carrier: Carrier, id: string): Promise<Record<string, unknown> & { apps: object[] }> {
  const leaving = AbortSignal.timeout(5_000);
  const response = await fetch(`${carrier.url}/wall/events`, { signal: leaving });
  let told = '';
  for await (const chunk of response.body ?? []) {
    told += Buffer.from(chunk).toString();
    const phones = [...told.matchAll(/^event: phone\ndata: (.*)\n\n/gm)].map(([, data]) => JSON.parse(data ?? ''));
    const found = phones.find((phone) => phone.id === id);
    if (found) return found;
  }
  throw new Error(`no phone ${id} is on the wall`);
}

/** Presses a button of an app on a phone, as the wall's page does. */
export async function tap(
  carrier: Carrier,
  id: string,
  body: object,
  headers: Record<string, string> = { origin: carrier.url },
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${carrier.url}/wall/phones/${encodeURIComponent(id)}/tap`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(5_000),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
