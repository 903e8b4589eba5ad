import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../api/read-body.ts';
import type { Handset } from '../handset.ts';
import type { Network } from '../network.ts';
import { createPhone, PhoneError } from '../phone.ts';
import type { CarrierRecord } from '../record.ts';
import { createFeed } from './feed.ts';
import { servePage } from './page.ts';
import { parseAction, performAction } from './phone-action.ts';

export interface Wall {
  handle(req: IncomingMessage, res: ServerResponse): Promise<void>;
  changed(handset: Handset): void;
  stop(): void;
}

/** The phones of everybody who is reached, on one web page: to look at, and to answer on. */
export function createWall(
  network: Network,
  handsets: ReadonlyMap<string, Handset>,
  { record, unexpected }: { record: CarrierRecord; unexpected: readonly string[] },
): Wall {
  const feed = createFeed(network, handsets);

  async function act(req: IncomingMessage, res: ServerResponse, id: string, name: string): Promise<void> {
    if (!isSameOrigin(req)) return json(res, 403, { error: 'Only the phone wall itself may press its buttons.' });
    const handset = handsets.get(id);
    if (!handset) return json(res, 404, { error: `No phone ${id} is on the wall.` });
    try {
      const action = parseAction(name, await readBody(req));
      json(res, 200, await performAction(() => createPhone(network, id), handset.apps, action));
    } catch (error) {
      if (!(error instanceof PhoneError)) throw error;
      json(res, error.kind === 'busy' ? 409 : 400, { error: error.message });
    }
  }

  return {
    async handle(req, res) {
      const path = (req.url ?? '/').split('?')[0] ?? '/';
      const action = /^\/wall\/phones\/([^/]+)\/(answer|press|hang-up|reply|tap)$/.exec(path);
      if (action && req.method === 'POST') return act(req, res, decodeId(action[1] ?? ''), action[2] ?? '');
      if (action) return json(res, 405, { error: 'Phones are used by POST.' });
      if (req.method !== 'GET' && req.method !== 'HEAD') return json(res, 405, { error: 'Method not allowed.' });
      if (path === '/wall/events') return feed.follow(req, res);
      if (path === '/wall/record') return json(res, 200, { events: record.events().slice(from(req)), unexpected });
      if (await servePage(path, res)) return;
      // A stranger's request on the carrier's port is as likely a client with a wrong base address.
      if (path !== '/favicon.ico') network.unexpected(`${req.method} ${path}: there is nothing here`);
      json(res, 404, { error: 'There is nothing here.' });
    },
    changed: feed.changed,
    stop: feed.stop,
  };
}

/** A page of another origin can post here, but only with its own name in Origin; what is no browser must say where it stands. */
function isSameOrigin(req: IncomingMessage): boolean {
  const { origin, host } = req.headers;
  const site = req.headers['sec-fetch-site'];
  return origin === `http://${host}` && (site === undefined || site === 'same-origin');
}

/** How many of the oldest requests somebody has read already. */
function from({ url = '/' }: IncomingMessage): number {
  const said = Number(new URL(url, 'http://carrier').searchParams.get('from'));
  return Number.isSafeInteger(said) && said > 0 ? said : 0;
}

function decodeId(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function json(res: ServerResponse, status: number, body: object): void {
  res
    .writeHead(status, { 'content-type': 'application/json;charset=utf-8', 'cache-control': 'no-store' })
    .end(JSON.stringify(body));
}
